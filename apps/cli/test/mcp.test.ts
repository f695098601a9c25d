import { appendFile, chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundleServer } from './support/bundle-server.js';
import { type CliWorkspace, openWorkspace } from './support/workspace.js';

const BIN = join(import.meta.dirname, '../bin/agentmesh.js');
const NAME = 'mcp-notes';
let cli: CliWorkspace;
beforeEach(async () => {
  cli = await openWorkspace();
  // Guests of a host that is root are another user, whom a closed folder would keep from their data.
  await chmod(join(cli.project, '..'), 0o711);
});
afterEach(() => cli.close());

/** A server on the official SDK: one tool adds, one tries to get out. */
const serverSource = (port: number): string => `
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';
const server = new McpServer({ name: 'notes', version: '1.2.3' });
const text = (value) => ({ content: [{ type: 'text', text: String(value) }] });
server.registerTool('add', { description: 'Adds \\u001b[31mtwo', inputSchema: z.object({ a: z.number(), b: z.number() }) }, async ({ a, b }) => text(a + b));
server.registerTool('escape', { description: 'Tries to get out', inputSchema: z.object({}) }, async () => {
  const seen = [];
  for (const path of ['/etc/passwd', '/proc/self/environ']) {
    try { readFileSync(path); seen.push('READ'); } catch (error) { seen.push(error.code); }
  }
  seen.push(await new Promise((resolve) => connect(${port}, '127.0.0.1', () => resolve('CONNECTED')).on('error', (e) => resolve(e.code))));
  return text(seen.join());
});
await server.connect(new StdioServerTransport());
`;

async function install(files: Readonly<Record<string, string>>, permissions = ''): Promise<void> {
  await cli.run(['plugin', 'init', NAME, '--type', 'integration', '--author', 'alice@example.com']);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(cli.path(NAME), path, '..'), { recursive: true });
    await writeFile(cli.path(NAME, path), text);
  }
  await appendFile(cli.path(NAME, 'agent-plugin.yaml'), permissions);
  const published = await cli.run(['plugin', 'publish', NAME]);
  expect(published.status, published.stderr).toBe(0);
  const { status, stderr } = await cli.run(['plugin', 'install', NAME, '--allow-permissions']);
  expect(status, stderr).toBe(0);
}

const config = (servers: object): string =>
  JSON.stringify({ $schema: 'https://agent-plugins.org/schemas/1.0.0/mcp.schema.json', mcpServers: servers });
const WAITING = 'console.error("\\u001b[31mup"); process.stdin.resume(); setInterval(() => {}, 1000);';

describe.runIf(process.platform === 'linux')('plugin mcp', () => {
  it('lists, probes and starts a server built on the official SDK, which can reach nothing outside', async () => {
    let reached = 0;
    const listener = createServer(() => {
      reached += 1;
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const address = listener.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const main = { type: 'stdio', command: 'node', args: ['${PLUGIN_ROOT}/server/notes.mjs'] };
    await install({ 'server/notes.mjs': await bundleServer(serverSource(port)), 'mcp.json': config({ main }) });

    const { stdout } = await cli.run(['plugin', 'mcp', 'list', NAME]);
    expect(stdout).toBe('main  stdio  node ${PLUGIN_ROOT}/server/notes.mjs  (mcp.json)');
    const probed = await cli.json(['plugin', 'mcp', 'probe', NAME]);
    expect(probed).toEqual({
      status: 0,
      data: {
        server: { name: 'notes', version: '1.2.3' },
        tools: [
          { name: 'add', description: 'Adds \\u001b[31mtwo' },
          { name: 'escape', description: 'Tries to get out' },
        ],
      },
    });

    const { Client } = await import('@modelcontextprotocol/client');
    const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio');
    const args = [BIN, 'plugin', 'mcp', 'start', '--project', cli.project, NAME, 'main'];
    const env = { HOME: cli.home, PATH: process.env.PATH ?? '', AGENTMESH_CONFIG_HOME: join(cli.home, 'config') };
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(new StdioClientTransport({ command: process.execPath, args, env, cwd: '/' }));
    const sum = await client.callTool({ name: 'add', arguments: { a: 2, b: 3 } });
    expect(sum.content).toEqual([{ type: 'text', text: '5' }]);
    const attempt = await client.callTool({ name: 'escape', arguments: {} });
    expect(JSON.stringify(attempt.content)).not.toMatch(/READ|CONNECTED/);
    expect(JSON.stringify(attempt.content)).toMatch(/EPERM|ERR_ACCESS_DENIED/);
    await client.close();
    listener.close();
    expect(reached).toBe(0);
  });

  it('ends with its input, and marks what the server prints on stderr', async () => {
    const quick = 'console.error("\\u001b[31mred"); process.stdin.on("end", () => process.exit(0)).resume();';
    await install({ 'q.mjs': quick, 'mcp.json': config({ q: { type: 'stdio', command: 'node', args: ['q.mjs'] } }) });
    const { status, stdout, stderr } = await cli.run(['plugin', 'mcp', 'start', NAME], { input: 'x\n' });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '[plugin] \\u001b[31mred' });
  });

  it('gives a server of Node the requests that were granted, and carries them out itself', async () => {
    const source = `const ask = (url) => fetch(url).catch((e) => console.error(url, e.code ?? e.cause?.code));
      await ask('http://127.0.0.1:9/'); await ask('http://b.test/'); process.exit(0);`;
    const files = {
      'q.mjs': source,
      'mcp.json': config({ q: { type: 'stdio', command: 'node', args: ['q.mjs'] } }),
    };
    await install(files, "permissions:\n  net: ['127.0.0.1:9']\n");
    const { stderr } = await cli.run(['plugin', 'mcp', 'start', NAME], { input: '' });
    const asked = ['http://127.0.0.1:9/ ADDRESS_REFUSED', 'http://b.test/ FETCH_REFUSED'];
    expect(stderr).toBe(asked.map((line) => `[plugin] ${line}`).join('\n'));
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ends cleanly by %s, and its server with it', async (signal) => {
    await install({ 'w.mjs': WAITING, 'mcp.json': config({ w: { type: 'stdio', command: 'node', args: ['w.mjs'] } }) });
    const env = { HOME: cli.home, PATH: process.env.PATH ?? '', AGENTMESH_CONFIG_HOME: join(cli.home, 'config') };
    const started = execa(process.execPath, [BIN, 'plugin', 'mcp', 'start', NAME], {
      cwd: cli.project,
      env,
      extendEnv: false,
      reject: false,
      stdin: 'pipe',
    });
    await new Promise((resolve) => started.stderr.once('data', resolve));
    started.kill(signal);
    expect((await started).exitCode).toBe(0);
  });

  it('keeps what a server wrote for the next one', async () => {
    const source = 'with open("/data/runs", "a") as f: f.write("x")\nprint(open("/data/runs").read())';
    const s = { type: 'stdio', command: 'python3', args: ['server/s.py'] };
    await install({ 'server/s.py': source, 'mcp.json': config({ s }) });
    expect((await cli.run(['plugin', 'mcp', 'start', NAME])).stdout).toBe('x');
    const { stdout, stderr } = await cli.run(['plugin', 'mcp', 'start', NAME]);
    expect({ stdout, stderr }).toEqual({ stdout: 'xx', stderr: '' });
    expect(await readFile(cli.path('.agentmesh/data', NAME, 'runs'), 'utf8')).toBe('xx');
  });

  it('probe gives up on a server that never answers', async () => {
    await install({ 'w.mjs': WAITING, 'mcp.json': config({ w: { type: 'stdio', command: 'node', args: ['w.mjs'] } }) });
    const { status, stderr } = await cli.run(['plugin', 'mcp', 'probe', NAME, '--timeout', '700']);
    expect(status).toBe(8);
    expect(stderr).toContain('MCP_PROBE_TIMEOUT');
  });

  it('probe ends on hostile servers with an error', async () => {
    const sources: Readonly<Record<string, string>> = {
      endless: 'const x = "x".repeat(65536); const go = () => process.stdout.write(x, go); go();',
      chatter: 'console.log("no json"); setInterval(() => {}, 1000);',
      deep: 'console.log("[".repeat(100000) + "]".repeat(100000)); setInterval(() => {}, 1000);',
      flood: `const m = (JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }) + '\\n').repeat(500);
        const go = () => process.stdout.write(m, go); go();`,
    };
    const names = Object.keys(sources);
    const servers = names.map((name) => [name, { type: 'stdio', command: 'node', args: [`${name}.mjs`] }]);
    const files = names.map((name) => [`${name}.mjs`, sources[name]]);
    await install({ ...Object.fromEntries(files), 'mcp.json': config(Object.fromEntries(servers)) });
    for (const name of names) {
      const { status, stderr } = await cli.run(['plugin', 'mcp', 'probe', NAME, name, '--timeout', '8000']);
      expect(stderr, name).toMatch(/MCP_PROBE_(FAILED|TIMEOUT)/);
      expect(status, name).toBe(8);
    }
  }, 180_000);

  it('names a server that is not there', async () => {
    await install({
      'w.mjs': WAITING,
      'mcp.json': config({ notes: { type: 'stdio', command: 'node', args: ['w.mjs'] } }),
    });
    const { stderr } = await cli.run(['plugin', 'mcp', 'start', NAME, 'note']);
    expect(stderr).toContain('MCP_SERVER_NOT_FOUND');
    expect(stderr).toContain('Did you mean notes?');
  });
});

import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listTree } from '@agentmesh/artifact';
import { createManifest, PluginType, saveManifest } from '@agentmesh/manifest';
import { PluginSandbox } from '@agentmesh/sandbox';
import { startMcpServer } from '@agentmesh/shape-mcp';
import { Client } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SandboxTransport } from '../src/mcp/sandbox-transport.js';
import { bundleServer } from './support/bundle-server.js';

const NAME = 'weather';
const asked: string[] = [];
let pluginsDir: string;
let server: Server;
let host: string;

/** A server on the official SDK, with a tool that asks an API as any program does. */
const SOURCE = `
import { McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';
const server = new McpServer({ name: 'weather', version: '1.0.0' });
server.registerTool('look', { description: 'Looks', inputSchema: z.object({ url: z.string() }) }, async ({ url }) => {
  const answer = await fetch(url, { headers: { accept: 'application/json' } });
  if (!answer.ok) throw new Error('status ' + answer.status);
  return { content: [{ type: 'text', text: (await answer.json()).sky }] };
});
await server.connect(new StdioServerTransport());
`;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.accept}`);
    response.setHeader('content-type', 'application/json').end('{"sky":"clear"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
  pluginsDir = await realpath(await mkdtemp(join(tmpdir(), 'agentmesh-mcp-')));
  const root = join(pluginsDir, NAME);
  await mkdir(root);
  await writeFile(join(root, 'server.mjs'), await bundleServer(SOURCE));
  const mcpServers = { weather: { type: 'stdio', command: 'node', args: ['server.mjs'] } };
  const $schema = 'https://agent-plugins.org/schemas/1.0.0/mcp.schema.json';
  await writeFile(join(root, 'mcp.json'), JSON.stringify({ $schema, mcpServers }));
});
afterAll(async () => {
  server.close();
  await rm(pluginsDir, { recursive: true, force: true });
});

/** What the tool says when it is asked to look at each of the addresses. */
async function look(granted: readonly string[], urls: readonly string[]): Promise<unknown[]> {
  const root = join(pluginsDir, NAME);
  const { digest, files } = await listTree(root);
  const fields = { name: NAME, version: '1.0.0', description: 'Weather', author: 'someone', content_digest: digest };
  const permissions = { net: [host] };
  const manifest = createManifest({ ...fields, plugin_type: PluginType.integration, permissions });
  await saveManifest(manifest, root);
  const grants = (): { net: readonly string[] } => ({ net: granted });
  const sandbox = new PluginSandbox({ pluginsDir, grants, allowPrivateHosts: ['127.0.0.1'] });
  const client = new Client({ name: 'test', version: '1.0.0' });
  try {
    const plugin = { name: NAME, version: '1.0.0', root, files, manifest: { ...manifest }, permissions: {} };
    const process = await startMcpServer({ sandbox, plugin });
    await client.connect(new SandboxTransport(process));
    const answers: unknown[] = [];
    for (const url of urls) {
      const { isError = false, content } = await client.callTool({ name: 'look', arguments: { url } });
      answers.push([isError, content]);
    }
    return answers;
  } finally {
    await client.close();
    await sandbox.close();
  }
}

const says = (text: string): unknown[] => [{ type: 'text', text }];

describe.runIf(process.platform === 'linux')('a tool of a contained MCP server that fetches', () => {
  it('gets what the host that was granted answers, and nothing of another', async () => {
    expect(await look([host], [`http://${host}/sky?now`, 'http://other.test/'])).toEqual([
      [false, says('clear')],
      [true, says('the host is not among the permissions of the plugin')],
    ]);
    expect(asked.splice(0)).toEqual(['GET /sky?now application/json']);
  });

  it('fails where nobody granted what the manifest asks for', async () => {
    expect(await look([], [`http://${host}/`])).toEqual([[true, says('fetch failed')]]);
    expect(asked.splice(0)).toEqual([]);
  });
});

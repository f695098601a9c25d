import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInstallContext } from '@agentmesh/clients';
import type { McpServer, Subagent } from '@agentmesh/shape';
import { describe, expect, it } from 'vitest';
import { IDS, makeWorkshop, snapshot } from './workshop.js';

/** What one registration makes of an empty project, the links aside. */
async function filesOf(
  client: string,
  registered: { server?: McpServer; agent?: Subagent },
): Promise<Record<string, string>> {
  const shop = await makeWorkshop();
  const pluginDir = join(shop.dir, 'plugin');
  await mkdir(pluginDir);
  const context = createInstallContext({ ...shop.folders, scope: 'project', client, plugin: 'notes', pluginDir });
  const shape = context.forShape('any');
  const { server, agent } = registered;
  if (server !== undefined) await shape.registerMcpServer({ name: 's', server });
  if (agent !== undefined) await shape.registerSubagent(agent);
  expect((await context.commit()).findings).toEqual([]);
  return snapshot(shop.project);
}

describe('a server of kind', () => {
  const stdio: McpServer = { type: 'stdio', command: '/opt/x', args: ['a'], env: { K: 'v' } };
  it.each([
    [
      'claude',
      { '.mcp.json': { mcpServers: { s: { type: 'stdio', command: '/opt/x', args: ['a'], env: { K: 'v' } } } } },
    ],
    [
      'cursor',
      { '.cursor/mcp.json': { mcpServers: { s: { type: 'stdio', command: '/opt/x', args: ['a'], env: { K: 'v' } } } } },
    ],
    [
      'copilot',
      {
        '.github/mcp.json': {
          mcpServers: { s: { type: 'stdio', command: '/opt/x', args: ['a'], env: { K: 'v' }, tools: ['*'] } },
        },
      },
    ],
    ['gemini', { '.gemini/settings.json': { mcpServers: { s: { command: '/opt/x', args: ['a'], env: { K: 'v' } } } } }],
  ])('stdio is for %s what it reads', async (client, expected) => {
    const [[path, text] = ['', '']] = Object.entries(await filesOf(client, { server: stdio }));
    expect({ [path]: JSON.parse(text) }).toEqual(expected);
  });

  it('stdio is for codex a table', async () => {
    expect(await filesOf('codex', { server: { ...stdio, cwd: '/opt' } })).toEqual({
      '.codex/config.toml': '[mcp_servers.s]\ncommand = "/opt/x"\nargs = ["a"]\nenv = { K = "v" }\ncwd = "/opt"\n',
    });
  });

  it.each([
    ['claude', 'streamable-http', '"type": "http"', '"url": "https://e.org"', '"headers"'],
    ['claude', 'sse', '"type": "sse"', '"url": "https://e.org"', '"headers"'],
    ['codex', 'streamable-http', 'url = "https://e.org"', 'http_headers = { A = "b" }'],
    ['cursor', 'sse', '"url": "https://e.org"', '"headers"'],
    ['copilot', 'streamable-http', '"type": "http"', '"tools": [', '"headers"'],
    ['gemini', 'streamable-http', '"httpUrl": "https://e.org"', '"headers"'],
    ['gemini', 'sse', '"url": "https://e.org"', '"headers"'],
  ] as const)('%s reads of a remote server (%s) its fields', async (client, type, ...fields) => {
    const server = { type, url: 'https://e.org', headers: { A: 'b' } };
    const [text = ''] = Object.values(await filesOf(client, { server }));
    for (const field of fields) expect(text).toContain(field);
  });
});

describe('a sub-agent', () => {
  const agent: Subagent = {
    name: 'tester',
    description: 'Tests: "all"\u0085',
    prompt: 'You test.\n---\nStill you.',
    tools: ['Read', 'Grep'],
    model: 'm',
  };
  const head = '---\nname: "tester"\ndescription: "Tests: \\"all\\"\\u0085"\n';
  const tail = 'model: "m"\n---\n\nYou test.\n---\nStill you.\n';

  it.each([
    ['claude', '.claude/agents/tester.md', `${head}tools: "Read, Grep"\n${tail}`],
    ['copilot', '.github/agents/tester.agent.md', `${head}tools: ["Read", "Grep"]\n${tail}`],
    ['gemini', '.gemini/agents/tester.md', `${head}tools: ["Read", "Grep"]\n${tail}`],
  ])('is for %s a file of its own', async (client, path, text) => {
    expect(await filesOf(client, { agent })).toEqual({ [path]: text });
  });

  it.each([
    ['cursor', '.cursor/agents/tester.md', `${head}${tail}`],
    [
      'codex',
      '.codex/agents/tester.toml',
      'name = "tester"\ndescription = "Tests: \\"all\\"\u0085"\nmodel = "m"\ndeveloper_instructions = "You test.\\n---\\nStill you."\n',
    ],
    ['claude', '.claude/agents/tester.md', `${head}${tail}`],
  ])('that may use what its parent may is for %s a file without a list', async (client, path, text) => {
    const { tools: _, ...free } = agent;
    expect(await filesOf(client, { agent: free })).toEqual({ [path]: text });
  });

  it.each(['cursor', 'codex'])('that may use certain tools only is not for %s, which cannot say so', async (client) => {
    await expect(filesOf(client, { agent })).rejects.toMatchObject({ code: 'SUBAGENT_TOOLS_UNSUPPORTED' });
  });

  it('that may use no tools is only for a client that is known to give it none', async () => {
    const agentWithout = { ...agent, tools: [] };
    for (const client of ['claude', 'codex', 'cursor', 'gemini']) {
      const files = filesOf(client, { agent: agentWithout });
      await expect(files, client).rejects.toMatchObject({ code: 'SUBAGENT_TOOLS_UNSUPPORTED' });
    }
    expect(await filesOf('copilot', { agent: agentWithout })).toEqual({
      '.github/agents/tester.agent.md': `${head}tools: []\n${tail}`,
    });
  });

  it.each([
    ['tools', { tools: ['Read\nname: x'] }],
    ['tools', { tools: ['Bash, Write'] }],
    ['prompt', { prompt: 'a\u001b[2J' }],
  ])('with hostile %s is refused by every client', async (_, change) => {
    for (const client of IDS)
      await expect(filesOf(client, { agent: { ...agent, ...change } })).rejects.toMatchObject({
        code: 'SUBAGENT_REFUSED',
      });
  });
});

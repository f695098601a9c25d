import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ResolveAdapterOptions, type RunAdapter, resolveAdapter } from '@agentmesh/activation';
import { listTree } from '@agentmesh/artifact';
import { createManifest } from '@agentmesh/manifest';
import { PluginSandbox } from '@agentmesh/sandbox';
import { ShapeRegistry, type StagedPlugin } from '@agentmesh/shape';
import { createShape as createSkills } from '@agentmesh/shape-agentskills';
import { createShape as createServers } from '@agentmesh/shape-mcp';
import { createFolderContext, type PluginFiles, stagePlugin, writePluginFiles } from '@agentmesh/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { skill } from '../workshop.js';

const SKILL: PluginFiles = { 'skills/notes/SKILL.md': skill('notes') };
const SERVERS: PluginFiles = {
  '.mcp.json': '{"mcpServers":{"files":{"type":"http","url":"https://example.com/mcp"}}}',
};
const adapterOf = (body: string): string => `export function adapt(input) { ${body} }\n`;

interface Scene {
  readonly plugin: StagedPlugin;
  readonly options: ResolveAdapterOptions & { readonly run: RunAdapter };
  /** What the context was asked for, as `kind name`. */
  activate(runtime?: string): Promise<{ kind: string; registers: readonly string[]; codes: readonly string[] }>;
}

async function scene(files: PluginFiles, more: Partial<ResolveAdapterOptions> = {}): Promise<Scene> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'adapter-')));
  const root = join(dir, 'demo');
  await writePluginFiles(root, files);
  const fields = { name: 'demo', version: '1.0.0', description: 'd', author: 'Ada', plugin_type: 'agent' } as const;
  const sandbox = new PluginSandbox({
    pluginsDir: dir,
    timeoutMs: 3_000,
    verifyTree: async () => ({ root, manifest: createManifest(fields), files: (await listTree(root)).files }),
  });
  onTestFinished(async () => {
    await sandbox.close();
    await rm(dir, { recursive: true, force: true });
  });
  const plugin = await stagePlugin(root);
  const shapes = new ShapeRegistry().register(createSkills()).register(createServers());
  const options = { shapes, run: ((call) => sandbox.execute(call)) as RunAdapter, ...more };
  return {
    plugin,
    options,
    async activate(runtime = 'claude-code') {
      const context = createFolderContext({ targetDir: join(dir, 'client'), plugin });
      const resolved = await resolveAdapter(plugin, runtime, options);
      const { written, findings } = await resolved.activate(context);
      const registers = written.map(({ kind, path, name }) => `${kind} ${name || path}`);
      return { kind: resolved.kind, registers, codes: [...resolved.findings, ...findings].map(({ code }) => code) };
    },
  };
}

describe('resolveAdapter', () => {
  it('takes the adapter of the platform before all others, whatever the spelling of the runtime', async () => {
    const platform = [
      { plugin: 'other', runtime: 'claude-code', activate: () => Promise.reject(new Error('not this one')) },
      {
        plugin: 'demo',
        runtime: 'Claude_Code',
        activate: async ({ name, version }: StagedPlugin) => {
          return {
            shape: 'own',
            plugin: name,
            version,
            client: 'c',
            scope: 'project' as const,
            written: [],
            findings: [],
          };
        },
      },
    ];
    const { activate } = await scene(
      { ...SKILL, 'adapters/claude-code.js': adapterOf('throw new Error()') },
      { platform },
    );
    expect(await activate()).toMatchObject({ kind: 'platform', codes: [] });
    expect(await activate('codex')).toMatchObject({ kind: 'skills' });
  });

  it.each(['claude-code.js', 'claude_code.mjs', 'Claude-Code.ts', 'claude_code.py'])(
    'runs adapters/%s of the plugin in the sandbox',
    async (file) => {
      const text = file.endsWith('.py')
        ? 'def adapt(input):\n    return {"skills": [{"name": "notes", "folder": "skills/notes"}], "memory": [{"from": "README.md", "text": input["runtime"]}]}\n'
        : adapterOf(
            'return { skills: [{ name: "notes", folder: "skills/notes" }], memory: [{ from: "README.md", text: input.runtime }] };',
          );
      const { activate } = await scene({ ...SKILL, ...SERVERS, 'README.md': '# Demo\n', [`adapters/${file}`]: text });
      const { kind, registers, codes } = await activate();
      expect([kind, codes]).toEqual(['plugin', []]);
      expect(registers.map((item) => item.split(' ')[0])).toEqual(['skill', 'memory']);
    },
  );

  it('takes MCP servers before skills, skills before nothing, and warns of nothing', async () => {
    expect(await (await scene({ ...SKILL, ...SERVERS })).activate()).toMatchObject({ kind: 'mcp', codes: [] });
    expect(await (await scene(SKILL)).activate()).toMatchObject({ kind: 'skills', codes: [] });
    expect(await (await scene({ 'data.txt': 'x' })).activate()).toEqual({
      kind: 'raw',
      registers: [],
      codes: ['adapter-raw', 'adapter-raw'],
    });
  });

  it('uses none of two adapters that could be meant, and none where it may not run any', async () => {
    const adapter = adapterOf('return {};');
    const two = await scene({
      ...SKILL,
      'adapters/claude-code.js': adapter,
      'adapters/claude_code.py': 'def adapt(i): return {}\n',
    });
    expect(await two.activate()).toMatchObject({ kind: 'skills', codes: ['adapter-ambiguous'] });
    const { plugin, options } = await scene({ ...SKILL, 'adapters/claude-code.js': adapter });
    const { run: _, ...without } = options;
    const { kind, findings } = await resolveAdapter(plugin, 'claude-code', without);
    expect([kind, findings.map(({ code }) => code)]).toEqual(['skills', ['adapter-not-run']]);
  });

  it('runs nothing for a runtime without a name', async () => {
    expect(
      await (await scene({ ...SKILL, 'adapters/claude-code.js': adapterOf('return {};') })).activate(''),
    ).toMatchObject({ kind: 'skills' });
  });

  it('looks at no adapter deeper, of another runtime, or that is a link', async () => {
    const { plugin, options } = await scene({ ...SKILL, 'adapters/x/claude-code.js': 'x', 'adapters/codex.js': 'x' });
    const refused = [{ path: 'adapters/claude-code.js', reason: 'is a symbolic link' }];
    const { kind, findings } = await resolveAdapter({ ...plugin, refused }, 'claude-code', options);
    expect([kind, findings.map(({ code }) => code)]).toEqual(['skills', ['adapter-unsafe']]);
  });
});

describe('an adapter of a plugin', () => {
  const answering = (answer: string) =>
    scene({ ...SKILL, 'README.md': 'x', 'adapters/claude-code.js': adapterOf(`return ${answer};`) });

  it.each([
    ['throws', 'adapter-failed', 'throw new Error("\\u001b[31mred")'],
    ['loops', 'adapter-failed', 'for (;;);'],
    [
      'reads outside',
      'adapter-failed',
      'return import("node:fs").then(({ readFileSync }) => ({ memory: [{ from: "README.md", text: readFileSync("/etc/passwd", "utf8") }] }));',
    ],
    [
      'starts a program',
      'adapter-failed',
      'return import("node:child_process").then(({ execSync }) => ({ memory: [{ from: "README.md", text: String(execSync("id")) }] }));',
    ],
    ['answers with no lists', 'adapter-answer-invalid', 'return "skills";'],
    ['answers with lists of another kind', 'adapter-answer-invalid', 'return { skills: [], hooks: ["rm -rf /"] };'],
    [
      'answers with too many',
      'adapter-answer-invalid',
      'return { memory: Array(101).fill({ from: "README.md", text: "x" }) };',
    ],
  ])('that %s brings nothing', async (_what, code, body) => {
    const { activate } = await scene({ ...SKILL, 'README.md': 'x', 'adapters/claude-code.js': adapterOf(body) });
    expect(await activate()).toEqual({ kind: 'plugin', registers: [], codes: [code] });
  });

  it('that connects reaches nobody', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { activate } = await scene({
      ...SKILL,
      'adapters/claude-code.js': adapterOf(`return fetch(${JSON.stringify(url)});`),
    });
    expect(await activate()).toMatchObject({ registers: [], codes: ['adapter-failed'] });
    expect(connections).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
    expect(connections).toBeGreaterThan(0);
    server.close();
  });

  it.each([
    ['a skill outside of the plugin', '{ skills: [{ name: "x", folder: "../.." }] }'],
    ['a skill at an absolute path', '{ skills: [{ name: "x", folder: "/etc" }] }'],
    ['a folder that is no skill', '{ skills: [{ name: "x", folder: "skills" }] }'],
    ['a text of no file', '{ memory: [{ from: "../../etc/passwd", text: "x" }] }'],
    ['a text that is too long', '{ memory: [{ from: "README.md", text: "x".repeat(70000) }] }'],
    [
      'a sub-agent with more than it may have',
      '{ subagents: [{ name: "x", description: "y", prompt: "z", command: "id" }] }',
    ],
  ])('does not bring %s', async (_what, answer) => {
    expect(await (await answering(answer)).activate()).toEqual({
      kind: 'plugin',
      registers: [],
      codes: ['adapter-answer-invalid'],
    });
  });

  it('brings what is good beside what is not', async () => {
    const { registers, codes } = await (
      await answering(
        '{ skills: [{ name: "notes", folder: "skills/notes" }, 7], subagents: [{ name: "a", description: "b", prompt: "c" }] }',
      )
    ).activate();
    expect(registers.map((item) => item.split(' ')[0])).toEqual(['skill', 'subagent']);
    expect(codes).toEqual(['adapter-answer-invalid']);
  });
});

import { mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestTree, listTree } from '@agentmesh/artifact';
import { createManifest } from '@agentmesh/manifest';
import { PluginSandbox } from '@agentmesh/sandbox';
import type { StagedPlugin } from '@agentmesh/shape';
import { createGraphNode, type HostGraphOptions, loadGraphInHost, readGraphs } from '@agentmesh/shape-langgraph';
import { Keyring, PluginSigner } from '@agentmesh/signing';
import { stagePlugin, writePluginFiles } from '@agentmesh/testkit';
import { Annotation, END, START, StateGraph } from '@langchain/langgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleGraph } from './bundle-graph.js';

const HOSTILE = `
export const reads = async () => ({ text: (await import('node:fs')).readFileSync('/etc/passwd', 'utf8') });
export const connects = async (state) => { await fetch(state.text); return { text: 'connected' }; };
export const spawns = async () => ({ text: String((await import('node:child_process')).execFileSync('id')) });
export const lies = () => 'no state';
export const loops = () => { for (;;); };
export const floods = () => ({ text: 'x'.repeat(5_000_000) });
export const pollutes = () => JSON.parse('{"__proto__":{"polluted":true},"text":"done"}');
`;
const IDS = ['words', 'reads', 'connects', 'spawns', 'lies', 'loops', 'floods', 'pollutes'];

let root: string;
let sandbox: PluginSandbox;

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'langgraph-')));
  const graphs = Object.fromEntries(IDS.map((id) => [id, id === 'words' ? './words.js:words' : `./hostile.js:${id}`]));
  await writePluginFiles(join(root, 'graphs'), {
    'langgraph.json': JSON.stringify({ graphs }),
    'words.js': await bundleGraph(),
    'hostile.js': HOSTILE,
    'package.json': '{"type":"module"}',
  });
  const fields = {
    name: 'graphs',
    version: '1.0.0',
    description: 'Graphs',
    author: 'Ada',
    plugin_type: 'agent',
    engine: 'node',
  } as const;
  await symlink(join(root, 'graphs'), join(root, 'link'));
  sandbox = new PluginSandbox({
    pluginsDir: root,
    verifyTree: async () => {
      const { files } = await listTree(join(root, 'graphs'));
      return { root: join(root, 'graphs'), manifest: createManifest(fields), files };
    },
  });
});

afterAll(async () => {
  await sandbox?.close();
  await rm(root, { recursive: true, force: true });
});

const State = Annotation.Root({
  text: Annotation<string>(),
  count: Annotation<number>({ reducer: (a, b) => a + b, default: () => 0 }),
});

async function nodeOf(id: string, timeoutMs?: number) {
  const { graphs } = await readGraphs(await stagePlugin(join(root, 'graphs')));
  const graph = graphs.find((each) => each.id === id);
  if (graph === undefined) throw new Error(`no graph ${id}`);
  return createGraphNode({
    plugin: 'graphs',
    graph,
    execute: (call) => sandbox.execute(call),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

async function run(id: string, state: { text: string }, timeoutMs?: number) {
  const parent = new StateGraph(State)
    .addNode('before', ({ text }) => ({ text: text.trim() }))
    .addNode('plugin', await nodeOf(id, timeoutMs))
    .addEdge(START, 'before')
    .addEdge('before', 'plugin')
    .addEdge('plugin', END)
    .compile();
  return parent.invoke(state);
}

describe('a graph of a plugin in the sandbox', () => {
  it('is a node of a real parent graph: a compiled graph of LangGraph, bundled in one file', async () => {
    expect(await run('words', { text: ' one two three ' })).toEqual({ text: 'one two three', count: 103 });
  });

  it.each([
    ['reads', 'GRAPH_FAILED'],
    ['spawns', 'GRAPH_FAILED'],
    ['lies', 'GRAPH_OUTPUT_INVALID'],
    ['floods', 'SANDBOX_INVALID_OUTPUT'],
  ])('that %s ends with %s', async (id, code) => {
    await expect(run(id, { text: 'x' })).rejects.toMatchObject({ code });
  });

  it('that loops ends after its time', async () => {
    await expect(run('loops', { text: 'x' }, 500)).rejects.toMatchObject({ code: 'SANDBOX_TIMEOUT' });
  });

  it('that connects reaches nobody, where it would without the sandbox', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const text = `http://127.0.0.1:${port}/`;
    await expect(run('connects', { text })).rejects.toMatchObject({ code: 'GRAPH_FAILED' });
    expect(connections).toBe(0);
    await expect(fetch(text)).rejects.toThrow();
    expect(connections).toBeGreaterThan(0);
    server.close();
  });

  it('that answers with a prototype changes none', async () => {
    expect(await run('pollutes', { text: 'x' })).toMatchObject({ text: 'done' });
    expect(({} as { polluted?: boolean }).polluted).toBe(undefined);
  });

  it('ends with the signal of the run', async () => {
    const node = await nodeOf('loops');
    await expect(node({ text: 'x' }, { signal: AbortSignal.timeout(300) })).rejects.toMatchObject({
      code: 'SANDBOX_ABORTED',
    });
  });
});

describe('a graph of a plugin in the host', () => {
  const signer = PluginSigner.generate();
  const fields = {
    name: 'graphs',
    version: '1.0.0',
    description: 'Graphs',
    author: 'Ada',
    plugin_type: 'agent',
  } as const;
  const signed = async () =>
    signer.sign(createManifest({ ...fields, content_digest: await digestTree(join(root, 'graphs')) }));
  const ring = Keyring.from({ Ada: signer.publicKey });
  const verify = async () => ring.verify(await signed(), { now: new Date() }).keyId;
  const load = async (id: string, options: Partial<HostGraphOptions>, change = (plugin: StagedPlugin) => plugin) => {
    const plugin = change(await stagePlugin(join(root, 'graphs')));
    const graph = (await readGraphs(plugin)).graphs.find((each) => each.id === id) ?? {
      id,
      file: 'hostile.js',
      export: id,
    };
    const into = await mkdtemp(join(root, 'into-'));
    return loadGraphInHost(plugin, graph, { runInHost: true, verify, into, ...options });
  };

  it('is the compiled graph itself', async () => {
    const graph = (await load('words', {})) as { invoke(state: object): Promise<object> };
    expect(await graph.invoke({ text: 'a b' })).toEqual({ text: 'a b', count: 102 });
  });

  const stranger = async () =>
    Keyring.from({ Ada: PluginSigner.generate().publicKey }).verify(await signed(), { now: new Date() }).keyId;
  it.each<[string, Partial<HostGraphOptions>, string]>([
    ['without the option', { runInHost: false }, 'GRAPH_HOST_REFUSED'],
    ['with a signature of a stranger', { verify: stranger }, 'GRAPH_UNTRUSTED'],
    ['with no key', { verify: async () => '' }, 'GRAPH_UNTRUSTED'],
  ])('is refused %s', async (_what, options, code) => {
    await expect(load('words', options)).rejects.toMatchObject({ code });
  });

  it('is refused when a file is not the one that was listed', async () => {
    const changed = (plugin: StagedPlugin) => {
      const files = plugin.files.map((file) =>
        file.path === 'hostile.js' ? { ...file, sha256: '0'.repeat(64) } : file,
      );
      return { ...plugin, files };
    };
    await expect(load('words', {}, changed)).rejects.toMatchObject({ code: 'PLUGIN_FILE_CHANGED' });
  });

  it('says when there is no such export, and no such file', async () => {
    await expect(load('none', {})).rejects.toMatchObject({ code: 'GRAPH_NOT_FOUND' });
    const plugin = await stagePlugin(join(root, 'graphs'));
    const outside = { id: 'x', file: '../outside.js', export: 'x' };
    await expect(loadGraphInHost(plugin, outside, { runInHost: true, verify, into: root })).rejects.toMatchObject({
      code: 'GRAPH_NOT_FOUND',
    });
  });
});

import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  type InstallContext,
  type Removal,
  registerEach,
  type ShapeAdapter,
  type StagedPlugin,
  takeBack,
  type WrittenItem,
} from '@agentmesh/shape';
import { onTestFinished } from 'vitest';

/** A plugin of these files in a folder of its own, which goes away with the test. */
export async function stage(files: Readonly<Record<string, string>> = {}): Promise<StagedPlugin> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'shape-')));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  const listed = Object.entries(files).map(([path, content]) => {
    return { path, size: Buffer.byteLength(content), sha256: createHash('sha256').update(content).digest('hex') };
  });
  return { name: 'demo', version: '1.0.0', root, files: listed, manifest: {}, permissions: {} };
}

/** A client that keeps what it is given in memory. */
export function createContext(overrides: Partial<InstallContext> = {}): InstallContext & { readonly names: string[] } {
  const names: string[] = [];
  const put = async (kind: WrittenItem['kind'], name: string): Promise<WrittenItem> => {
    names.push(name);
    return { kind, path: `${kind}/${name}`, name: '', digest: 'd' };
  };
  return {
    client: 'fake',
    scope: 'project',
    targetDir: '/nowhere',
    permissions: {},
    registerSkill: ({ name }) => put('skill', name),
    registerMcpServer: ({ name }) => put('server', name),
    registerSubagent: ({ name }) => put('subagent', name),
    registerGraph: ({ name }) => put('graph', name),
    appendMemory: ({ from }) => put('memory', from),
    async remove(item): Promise<Removal> {
      const at = names.indexOf(item.path.split('/').slice(1).join('/'));
      if (at === -1) return { removed: false, reason: 'outside', message: 'not here' };
      names.splice(at, 1);
      return { removed: true };
    },
    ...overrides,
    names,
  };
}

/** A shape that takes every file that begins with its name for a memory block. */
export function createAdapter(shape: string, overrides: Partial<ShapeAdapter> = {}): ShapeAdapter {
  return {
    shape,
    detect: async ({ files }) => files.some(({ path }) => path.startsWith(shape)),
    check: async () => [],
    async activate(plugin, context) {
      const mine = plugin.files.filter(({ path }) => path.startsWith(shape));
      const steps = mine.map(({ path }) => ({ path, register: () => context.appendMemory({ from: path, text: '' }) }));
      return registerEach({ shape, plugin, context, steps });
    },
    deactivate: takeBack,
    ...overrides,
  };
}

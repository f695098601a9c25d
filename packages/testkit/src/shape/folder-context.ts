import { createHash } from 'node:crypto';
import { cp, lstat, mkdir, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import type { InstallContext, Removal, WrittenItem, WrittenKind } from '@agentmesh/shape';
import { listFolder } from '../resolver/list-folder.js';
import { memoryDigest, removeMemory, setMemory } from './folder-memory.js';

const NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]{0,63}$/u;
const MEMORY_FILE = 'MEMORY.md';

/** What {@link createFolderContext} takes. */
export interface FolderContextOptions extends Partial<Pick<InstallContext, 'client' | 'scope' | 'permissions'>> {
  /** The client: a folder that is there. */
  readonly targetDir: string;
  /** Name of the plugin, and where its files are: a skill of another folder is refused. */
  readonly plugin: { readonly name: string; readonly root: string };
  /** Refuses what this is true for, as a client without a place for it does. */
  readonly refuses?: (kind: WrittenKind, name: string) => boolean;
}

/**
 * A client that is nothing but a folder, for tests of shapes: `skills/NAME/`, `server/NAME.json`, `subagent/NAME.json`,
 * `graph/NAME.json`, and fenced blocks in `MEMORY.md`. It writes at once and keeps no journal; a real one does more.
 */
export function createFolderContext(options: FolderContextOptions): InstallContext {
  const { targetDir, plugin, client = 'folder', scope = 'project', permissions = {} } = options;
  const admit = (kind: WrittenKind, name: string): void => {
    if (options.refuses?.(kind, name) === true)
      throw refusal('CLIENT_REFUSES', `Expected no ${kind} ${printable(name)}`);
    if (kind !== 'memory' && !NAME.test(name)) throw refusal('NAME_INVALID', `Expected a name, got ${printable(name)}`);
  };
  const writeJson = async (kind: WrittenKind, name: string, value: unknown): Promise<WrittenItem> => {
    admit(kind, name);
    const path = `${kind}/${name}.json`;
    await mkdir(join(targetDir, kind), { recursive: true });
    await writeFile(join(targetDir, path), `${JSON.stringify(value, null, 2)}\n`);
    return { kind, path, name: '', digest: await digestPlace(targetDir, path) };
  };
  return {
    client,
    scope,
    targetDir,
    permissions,
    async registerSkill({ name, folder }) {
      admit('skill', name);
      await assertInside(plugin.root, folder);
      const path = `skills/${name}`;
      await rm(join(targetDir, path), { recursive: true, force: true });
      await cp(folder, join(targetDir, path), { recursive: true });
      return { kind: 'skill', path, name: '', digest: await digestPlace(targetDir, path) };
    },
    registerMcpServer: ({ name, server }) => writeJson('server', name, server),
    registerSubagent: (agent) => writeJson('subagent', agent.name, agent),
    registerGraph: ({ name, value }) => writeJson('graph', name, value),
    async appendMemory({ from, text }) {
      admit('memory', from);
      const name = `${plugin.name}/${from}`;
      await setMemory(join(targetDir, MEMORY_FILE), name, text);
      return { kind: 'memory', path: MEMORY_FILE, name, digest: memoryDigest(text) };
    },
    remove: (item) => removeItem(targetDir, item),
  };
}

async function removeItem(targetDir: string, item: WrittenItem): Promise<Removal> {
  const { kind, path, name, digest } = item;
  if (kind === 'memory') return removeMemory(join(targetDir, MEMORY_FILE), name, digest);
  if (!/^(?:skills|server|subagent|graph)\/[^/\\]+$/.test(path) || path.endsWith('/..')) {
    return { removed: false, reason: 'outside', message: 'It is not in the folder of the client' };
  }
  const place = join(targetDir, path);
  const stats = await lstat(place).catch(() => undefined);
  if (stats === undefined) return { removed: true };
  if ((await digestPlace(targetDir, path)) !== digest) {
    return { removed: false, reason: 'changed', message: `${printable(path)} has been changed` };
  }
  await rm(place, { recursive: true });
  if ((await readdir(dirname(place))).length === 0) await rm(dirname(place), { recursive: true });
  return { removed: true };
}

async function digestPlace(targetDir: string, path: string): Promise<string> {
  const place = join(targetDir, path);
  if ((await lstat(place)).isFile())
    return createHash('sha256')
      .update(await readFile(place))
      .digest('hex');
  return createHash('sha256')
    .update(JSON.stringify(await listFolder(place)))
    .digest('hex');
}

async function assertInside(root: string, folder: string): Promise<void> {
  const way = relative(await realpath(root), await realpath(folder));
  if (way === '..' || way.startsWith(`..${sep}`)) throw refusal('SOURCE_OUTSIDE', 'Expected a folder of the plugin');
}

function refusal(code: string, message: string): MarketplaceError {
  return new MarketplaceError(message, { code, hint: 'A real client has rules of its own.' });
}

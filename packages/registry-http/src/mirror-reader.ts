import { createHash } from 'node:crypto';
import { parseJson } from '@agentmesh/download';
import { MarketplaceError } from '@agentmesh/errors';
import { collectNames, createMemoryStore, type RegistryStore } from '@agentmesh/registry';
import { parseName } from './entry-json.js';
import { type MirrorRoot, parseMirrorIndex, parseMirrorRoot } from './mirror-json.js';
import { MIRROR_FILE, namePath } from './registry-paths.js';
import type { RegistryReader } from './registry-reader.js';

/** Reads a file of a mirror, by its path; undefined when it is not there. */
export type ReadMirrorFile = (path: string) => Promise<Uint8Array | undefined>;

const MAX_VALUES = 40_000_000;

/**
 * Opens a static mirror. A name is read from its own file, the list of everything only for a search, which then happens here.
 *
 * @returns undefined where there is no mirror
 * @throws MarketplaceError `FETCH_FAILED`; what `readFile` throws
 */
export async function openMirrorReader(readFile: ReadMirrorFile): Promise<RegistryReader | undefined> {
  const bytes = await readFile(MIRROR_FILE);
  if (bytes === undefined) return undefined;
  const root = parseMirrorRoot(parseJson(bytes, { maxValues: MAX_VALUES }));
  let indexed: Promise<RegistryStore> | undefined;
  const index = (): Promise<RegistryStore> => {
    indexed ??= readIndex(root, readFile);
    return indexed;
  };
  return {
    name: async (name) => {
      const path = namePath(name);
      const file = path === undefined ? undefined : await readFile(`${path}/index.json`);
      return file === undefined ? undefined : parseName(parseJson(file, { maxValues: MAX_VALUES }), name);
    },
    search: async (query) => (await index()).search(query),
    names: async () => collectNames(await index()),
  };
}

async function readIndex(root: MirrorRoot, readFile: ReadMirrorFile): Promise<RegistryStore> {
  const bytes = await readFile(root.index);
  const digest = createHash('sha256')
    .update(bytes ?? '')
    .digest('hex');
  if (bytes === undefined || !root.index.endsWith(`/${digest}.json`)) throw changing();
  const store = createMemoryStore();
  for (const { name, owners, versions } of parseMirrorIndex(parseJson(bytes, { maxValues: MAX_VALUES }))) {
    await store.change(name, (rows) => {
      for (const entry of versions) rows.put(entry);
      rows.setOwners(owners);
    });
  }
  return store;
}

function changing(): MarketplaceError {
  return new MarketplaceError('The list of the mirror is not the one that it names', {
    code: 'FETCH_FAILED',
    hint: 'It may just be written, or copied file by file: try again in a moment.',
  });
}

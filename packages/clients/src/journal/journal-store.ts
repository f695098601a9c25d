import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { readFileLimited, removeAbandoned, writeFileAtomic } from '@agentmesh/files';
import { assertPluginName, isPluginName } from '@agentmesh/manifest';
import { z } from 'zod';
import { NO_PLACES, type PendingChanges, type PlacesJournal, type PluginJournal } from './journal.js';

const MAX_BYTES = 64 * 1024 * 1024;
const VERSION = 1;

const target = z.object({
  kind: z.enum(['skill', 'subagent', 'memory', 'server', 'graph']),
  path: z.string(),
  name: z.string(),
  shape: z.string(),
  digest: z.string(),
});
const places = z.object({
  folders: z.array(z.string()),
  files: z.record(z.string(), z.object({ created: z.boolean(), made: z.array(z.string()) })),
});
const pluginFile = z.object({ version: z.literal(VERSION), clients: z.record(z.string(), z.array(target)) });
const placesFile = places.extend({ version: z.literal(VERSION) });
const pendingFile = z.object({
  version: z.literal(VERSION),
  changes: z.array(
    z.object({
      plugin: z.string().refine(isPluginName),
      client: z.string(),
      shapes: z.array(z.string()),
      only: z.array(z.string()).optional(),
      wanted: z.array(
        target.extend({
          source: z.string().optional(),
          link: z.string().optional(),
          text: z.string().optional(),
          value: z.record(z.string(), z.unknown()).optional(),
        }),
      ),
    }),
  ),
  places,
  token: z.string().regex(/^[0-9a-z]+$/),
});

/** The journal of one scope in a folder: a file a plugin, one for what they share, and one for changes under way. */
export interface JournalStore {
  readPlugin(plugin: string): Promise<PluginJournal>;
  /** Durable and atomic; a journal without targets is removed. */
  writePlugin(plugin: string, journal: PluginJournal): Promise<void>;
  listPlugins(): Promise<string[]>;
  readPlaces(): Promise<PlacesJournal>;
  writePlaces(journal: PlacesJournal): Promise<void>;
  findPending(): Promise<PendingChanges | undefined>;
  writePending(pending: PendingChanges): Promise<void>;
  clearPending(): Promise<void>;
  /** Removes what a process that was killed has left of writing what a plugin has. */
  clearRemains(plugin: string): Promise<void>;
}

/**
 * Opens the journal in a folder, which is made when something is written. Only for whoever holds its lock.
 * Reading throws MarketplaceError `JOURNAL_CORRUPT` for a file that this package did not write.
 */
export function openJournalStore(dir: string): JournalStore {
  const plugins = join(dir, 'plugins');
  const pluginPath = (plugin: string): string => {
    assertPluginName(plugin);
    return join(plugins, `${plugin}.json`);
  };
  const pending = join(dir, 'pending.json');
  const shared = join(dir, 'places.json');
  return {
    readPlugin: async (plugin) => (await read(pluginPath(plugin), pluginFile)) ?? { clients: {} },
    writePlugin: async (plugin, { clients }) => {
      const left = Object.entries(clients).filter(([, targets]) => targets.length > 0);
      if (left.length === 0) return rm(pluginPath(plugin), { force: true });
      await write(plugins, pluginPath(plugin), { clients: Object.fromEntries(left) });
    },
    listPlugins: async () => {
      const names = await readdir(plugins).catch(noneIfAbsent);
      return names
        .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
        .map((name) => name.slice(0, -'.json'.length));
    },
    readPlaces: async () => (await read(shared, placesFile)) ?? NO_PLACES,
    writePlaces: (journal) => write(dir, shared, journal),
    findPending: () => read(pending, pendingFile),
    writePending: async (changes) => {
      // One that was killed while it wrote this has left no other sign.
      await removeAbandoned(pending);
      await write(dir, pending, changes);
    },
    clearPending: () => rm(pending, { force: true }),
    clearRemains: async (plugin) => {
      for (const path of [pluginPath(plugin), shared]) await removeAbandoned(path);
    },
  };
}

async function read<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  let text: string;
  try {
    text = (await readFileLimited(path, MAX_BYTES)).toString('utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new MarketplaceError(`Expected a journal of agentmesh at ${printable(path)}`, {
      code: 'JOURNAL_CORRUPT',
      hint: 'Without it nobody knows which entries are ours. Restore the file, or remove it and take out by hand what is left in the clients.',
      cause: error,
    });
  }
}

async function write(dir: string, path: string, value: object): Promise<void> {
  if (!existsSync(dir)) await mkdir(dir, { recursive: true });
  await writeFileAtomic(path, `${JSON.stringify({ version: VERSION, ...value })}\n`, { mode: 0o600 });
}

function noneIfAbsent(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

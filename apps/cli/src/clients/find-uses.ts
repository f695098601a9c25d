import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isMarketplaceError } from '@agentmesh/errors';
import type { InstalledPlugin } from '@agentmesh/installer';
import type { Composition } from '../compose.js';
import { clientFolders } from './client-folders.js';
import { readShapeNotes, writeShapeNotes } from './shape-notes.js';

/** What an installed plugin is good for, and where. */
export interface PluginUse {
  readonly shapes: readonly string[];
  /** `claude`, or `claude (yours)` for scope `user`. */
  readonly clients: readonly string[];
}

/**
 * Shapes and clients of installed plugins, by name. Shapes that were noted are not looked for again.
 *
 * @throws MarketplaceError `LOCK_TIMEOUT`, `JOURNAL_CORRUPT`, `SHAPE_INVALID`, `SHAPE_NOT_FOUND`
 */
export async function findUses(
  composition: Composition,
  installed: readonly InstalledPlugin[],
): Promise<ReadonlyMap<string, PluginUse>> {
  const [shapes, clients] = await Promise.all([findShapes(composition, installed), findClients(composition)]);
  return new Map(
    installed.map(({ name }) => [name, { shapes: shapes.get(name) ?? [], clients: clients.get(name) ?? [] }]),
  );
}

async function findShapes(
  composition: Composition,
  installed: readonly InstalledPlugin[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { settings } = composition;
  const notes = await readShapeNotes(settings);
  const found: Record<string, readonly string[]> = {};
  for (const { name, digest, manifestOnly } of installed) {
    const known = manifestOnly ? [] : notes[digest];
    found[digest] = known ?? (await detect(composition, name));
  }
  if (installed.some(({ digest }) => notes[digest] === undefined)) {
    await writeShapeNotes(settings, found).catch(() => undefined); // a folder that cannot be written to can still be listed
  }
  return new Map(installed.map(({ name, digest }) => [name, found[digest] ?? []]));
}

async function detect(composition: Composition, name: string): Promise<readonly string[]> {
  const { readInstalled } = await import('./read-installed.js');
  try {
    const { plugin } = await readInstalled(composition, name, join(composition.settings.pluginsDir, name));
    return (await (await composition.shapes()).registry.detect(plugin)).shapes;
  } catch (error) {
    // One whose author nobody trusts any more is in the list, and in no client.
    if (isMarketplaceError(error)) return [];
    throw error;
  }
}

async function findClients({ settings }: Composition): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  for (const scope of ['project', 'user'] as const) {
    const folders = clientFolders(settings, scope);
    if (!existsSync(join(folders.journalDir, scope))) continue;
    const { listInClients } = await import('@agentmesh/clients');
    for (const { plugin, client } of await listInClients({ ...folders, scope })) {
      found.set(plugin, [...(found.get(plugin) ?? []), scope === 'user' ? `${client} (yours)` : client]);
    }
  }
  return found;
}

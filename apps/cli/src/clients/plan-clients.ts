import { activatePlugins, stagePlugin } from '@agentmesh/activation';
import type { StagedTree } from '@agentmesh/installer';
import type { Composition } from '../compose.js';
import { chooseClients } from './client-choice.js';
import type { ClientFlags } from './client-flags.js';
import { clientFolders } from './client-folders.js';
import { type ClientRow, toClientRow } from './client-row.js';

/**
 * What plugins that are about to be installed would bring into clients. Writes nothing.
 *
 * @throws MarketplaceError `CLIENT_UNKNOWN`, `USAGE`, `SHAPE_INVALID`, `SHAPE_NOT_FOUND`
 */
export async function planClients(
  composition: Composition,
  flags: ClientFlags,
  trees: readonly StagedTree[],
): Promise<readonly ClientRow[]> {
  const { settings } = composition;
  const choice = await chooseClients(settings, flags);
  if (trees.length === 0 || choice.project.length + choice.user.length === 0) return [];
  const shapes = (await composition.shapes()).registry;
  const plugins = trees.map(({ dir, manifest, files }) => stagePlugin({ root: dir, manifest, tree: { files } }));
  const rows: ClientRow[] = [];
  for (const scope of ['project', 'user'] as const) {
    const folders = clientFolders(settings, scope);
    const planned = await activatePlugins({ plugins, clients: choice[scope], scope, folders, shapes, dryRun: true });
    rows.push(...planned.map((row) => toClientRow(row, scope)));
  }
  return rows.filter(({ written, findings }) => written.length + findings.length > 0);
}

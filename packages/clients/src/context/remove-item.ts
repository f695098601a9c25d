import { assertPluginName } from '@agentmesh/manifest';
import type { Removal, WrittenItem } from '@agentmesh/shape';
import { applyChanges } from '../change/apply-changes.js';
import type { Scene } from '../change/change.js';
import { findPathFault } from '../change/path-fault.js';
import { openSharedTexts } from '../change/shared-texts.js';
import { type ClientFolders, withJournal } from '../change/with-journal.js';
import { NO_PLACES } from '../journal/journal.js';
import { type OwnedTarget, targetKey } from '../journal/owned-target.js';
import { leafOf, type Place, resolvePlace } from '../place/resolve-place.js';
import type { Client } from '../table/client.js';
import { inspectSkillFolder } from '../target/skill-folder.js';
import { inspectSubagentFile } from '../target/subagent-file.js';

/** Whose thing is to be removed. */
export interface ItemOwner {
  readonly plugin: string;
  readonly client: Client;
  readonly shape: string;
}

/**
 * Removes one thing of a shape, when the journal knows it as ours and it is unchanged. What is gone already counts as removed; what the journal
 * does not know is kept, whatever digest somebody gives for it.
 *
 * @throws MarketplaceError `NAME_INVALID`, `LOCK_TIMEOUT`, `JOURNAL_CORRUPT`
 */
export async function removeItem(folders: ClientFolders, owner: ItemOwner, item: WrittenItem): Promise<Removal> {
  const { plugin, client, shape } = owner;
  assertPluginName(plugin);
  return withJournal(folders, async (scene) => {
    if (item.kind === 'graph') return removeKnown(scene, owner, targetKey(item));
    let place: Place;
    try {
      place = resolvePlace(scene.baseDir, item.path, { leaf: leafOf(item.kind) });
    } catch (error) {
      return keptFor('outside', error);
    }
    const { clients } = await scene.store.readPlugin(plugin);
    const target: OwnedTarget = { ...item, shape, path: place.relative };
    const key = targetKey(target);
    const isKnown = clients[client.id]?.some((known) => known.shape === shape && targetKey(known) === key) === true;
    return isKnown ? removeKnown(scene, owner, key) : judgeUnknown(scene, owner, place, target);
  });
}

async function removeKnown(scene: Scene, { plugin, client, shape }: ItemOwner, key: string): Promise<Removal> {
  const [report] = await applyChanges(scene, [{ plugin, client, shapes: [shape], wanted: [], only: [key] }]);
  const kept = report?.kept.at(0);
  return kept === undefined ? { removed: true } : { removed: false, reason: kept.reason, message: kept.message };
}

async function judgeUnknown(
  scene: Scene,
  { plugin, client }: ItemOwner,
  place: Place,
  target: OwnedTarget,
): Promise<Removal> {
  try {
    const part = { plugin, target, mcp: client[scene.scope].mcp };
    const found = await (target.kind === 'skill'
      ? inspectSkillFolder(place.path)
      : target.kind === 'subagent'
        ? inspectSubagentFile(place.path)
        : openSharedTexts(NO_PLACES).inspect(place.path, place.relative, part));
    if (found === undefined) return { removed: true };
    return { removed: false, reason: 'changed', message: 'The journal does not know it as something of this plugin' };
  } catch (error) {
    return keptFor('unreadable', error);
  }
}

function keptFor(reason: 'outside' | 'unreadable', error: unknown): Removal {
  const fault = findPathFault(error);
  if (fault === undefined) throw error;
  return { removed: false, reason, message: fault.message };
}

import { assertPluginName } from '@agentmesh/manifest';
import { applyChanges } from '../change/apply-changes.js';
import type { Change, ChangeReport } from '../change/change.js';
import { type ClientFolders, withJournal } from '../change/with-journal.js';

/** What has been gathered for one plugin and one client. */
export interface Gathered {
  readonly folders: ClientFolders;
  readonly change: Change;
}

/**
 * Commits what several contexts gathered, all of one scope at once: each shared file is written once, and a crash leaves all or nothing.
 * Answers a report a context, in their order.
 *
 * @param contexts made with the same folders for the same scope
 * @throws MarketplaceError `NAME_INVALID`, `LOCK_TIMEOUT`, `JOURNAL_CORRUPT`
 */
export async function commitTogether(
  contexts: readonly { readonly gathered: () => Gathered }[],
): Promise<readonly ChangeReport[]> {
  const all = contexts.map((context) => context.gathered());
  const reports = new Map<Gathered, ChangeReport>();
  for (const { change } of all) assertPluginName(change.plugin);
  for (const group of Map.groupBy(all, ({ folders }) => placeKey(folders)).values()) {
    const [first] = group;
    if (first === undefined) continue;
    const done = await withJournal(first.folders, (scene) =>
      applyChanges(
        scene,
        group.map(({ change }) => change),
      ),
    );
    for (const [index, gathered] of group.entries()) {
      const report = done[index];
      if (report !== undefined) reports.set(gathered, report);
    }
  }
  return all.flatMap((gathered) => reports.get(gathered) ?? []);
}

function placeKey({ scope, projectDir, homeDir, journalDir }: ClientFolders): string {
  return JSON.stringify([scope, scope === 'project' ? projectDir : homeDir, journalDir]);
}

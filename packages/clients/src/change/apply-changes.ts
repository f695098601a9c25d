import { randomBytes } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { isMarketplaceError } from '@agentmesh/errors';
import type { PendingChanges, PluginJournal } from '../journal/journal.js';
import type { WantedTarget } from '../journal/owned-target.js';
import { removeEmptyFolder } from '../place/remove-empty-folder.js';
import { digestFolder, LINKS_REFUSED } from '../target/skill-folder.js';
import type { Change, ChangePlan, ChangeReport, Scene } from './change.js';
import { performChange, StepError } from './perform-change.js';
import { type Known, planChanges } from './plan-changes.js';

const ATTEMPTS = 5;

/**
 * Brings what plugins have in clients to what is asked: decided first, then written to the journal, then done, then noted as done.
 * A process that is killed in between leaves a journal from which `healChanges` goes on. Only for whoever holds the lock.
 *
 * @param pending the same changes, when a process was killed that had begun them
 * @throws file system errors that are about more than one path, such as a full disk
 */
export async function applyChanges(
  scene: Scene,
  changes: readonly Change[],
  pending: PendingChanges | undefined = undefined,
): Promise<readonly ChangeReport[]> {
  const { store } = scene;
  const token = pending?.token ?? randomBytes(6).toString('hex');
  const written = await store.readPlaces();
  const journals = await readJournals(scene, changes);
  const begun = pending?.changes.map(({ wanted }) => wanted) ?? [];
  let known: Known = { journals, places: pending?.places ?? written, begun, blocked: new Map() };
  let asked = changes;
  for (let attempt = 1; ; attempt += 1) {
    const plan = await planChanges(scene, asked, known);
    if (isWork(plan)) await store.writePending({ changes: plan.changes.map(toPending), places: plan.during, token });
    try {
      await performChange(scene, plan, token);
      const isRemoving = pending !== undefined || plan.reports.some(({ removed }) => removed.length > 0);
      const folders = isRemoving ? await tidy(scene, plan.places.folders) : plan.places.folders;
      const places = { ...plan.places, folders };
      if (JSON.stringify(places) !== JSON.stringify(written)) await store.writePlaces(places);
      for (const [plugin, journal] of plan.journals) await store.writePlugin(plugin, journal);
      await store.clearPending();
      return plan.reports;
    } catch (error) {
      known = {
        ...{ journals, places: plan.during },
        begun: plan.changes.map(({ wanted }, index) => [...(known.begun[index] ?? []), ...wanted]),
        blocked: withBlocked(known, error, attempt),
      };
      if (isLinksRefused(error)) asked = await Promise.all(asked.map(asCopies));
    }
  }
}

async function readJournals({ store }: Scene, changes: readonly Change[]): Promise<Map<string, PluginJournal>> {
  const journals = new Map<string, PluginJournal>();
  for (const { plugin } of changes) {
    if (!journals.has(plugin)) journals.set(plugin, await store.readPlugin(plugin));
  }
  return journals;
}

function toPending({ plugin, client, shapes, wanted, only }: Change): PendingChanges['changes'][number] {
  return { plugin, client: client.id, shapes, wanted, only };
}

/** What is to be left out of the next attempt. */
function withBlocked({ blocked }: Known, error: unknown, attempt: number): ReadonlyMap<string, unknown> {
  if (isLinksRefused(error)) return blocked;
  if (!(error instanceof StepError) || blocked.has(error.path)) throw error;
  const again = isMarketplaceError(error.cause) && error.cause.code === 'FILE_CHANGED' && attempt < ATTEMPTS;
  return again ? blocked : new Map([...blocked, [error.path, error.cause]]);
}

function isLinksRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === LINKS_REFUSED;
}

function isWork({ steps, texts, changes, reports }: ChangePlan): boolean {
  const asked = changes.some(({ wanted }) => wanted.length > 0) || reports.some(({ removed }) => removed.length > 0);
  return asked || steps.length + texts.length > 0;
}

async function asCopies(change: Change): Promise<Change> {
  return { ...change, wanted: await Promise.all(change.wanted.map(asCopy)) };
}

async function asCopy(target: WantedTarget): Promise<WantedTarget> {
  if (target.link === undefined || target.source === undefined) return target;
  return { ...target, link: undefined, digest: await digestFolder(target.source) };
}

/** Removes the folders that we made and nobody uses, innermost first; answers those that stay. */
async function tidy({ baseDir }: Scene, folders: readonly string[]): Promise<string[]> {
  const base = await realpath(baseDir);
  const left: string[] = [];
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) {
    if (!(await removeEmptyFolder(join(base, folder)))) left.unshift(folder);
  }
  return left;
}

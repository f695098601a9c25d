import type { PlacesJournal, PluginJournal } from '../journal/journal.js';
import type { OwnedTarget, WantedTarget } from '../journal/owned-target.js';
import type { Change, ChangePlan, ChangeReport, Scene } from './change.js';
import { isConcerned, planChange, type SharedDraft } from './plan-change.js';
import { openSharedTexts } from './shared-texts.js';

/** What is known when changes begin. */
export interface Known {
  /** By plugin. */
  readonly journals: ReadonlyMap<string, PluginJournal>;
  readonly places: PlacesJournal;
  /** After a crash, or an attempt that failed: what each change was about to put there. */
  readonly begun: readonly (readonly WantedTarget[])[];
  /** Places at which an attempt failed, and how. */
  readonly blocked: ReadonlyMap<string, unknown>;
}

/** Decides what some changes do, one after the other, each as if those before it were done. Writes nothing. */
export async function planChanges(scene: Scene, changes: readonly Change[], known: Known): Promise<ChangePlan> {
  const texts = openSharedTexts(known.places);
  const shared: SharedDraft = {
    ...{ scene, texts, blocked: known.blocked, steps: [], planned: new Map() },
    folders: new Set(known.places.folders),
  };
  const journals = new Map(known.journals);
  const possible: Change[] = [];
  const reports: ChangeReport[] = [];
  for (const [index, change] of changes.entries()) {
    const journal = journals.get(change.plugin) ?? { clients: {} };
    const begun = known.begun[index] ?? [];
    const allBegun = known.begun.filter((_, other) => changes[other]?.plugin === change.plugin).flat();
    const { wanted, standing, ...report } = await planChange(shared, change, { journal, begun, allBegun });
    journals.set(change.plugin, withStanding(journal, change, standing));
    possible.push({ ...change, wanted });
    reports.push(report);
  }
  const places = { folders: [...shared.folders], files: texts.frames('after') };
  const during = { ...places, files: texts.frames('during') };
  return { changes: possible, reports, steps: shared.steps, texts: texts.steps(), journals, during, places };
}

function withStanding({ clients }: PluginJournal, change: Change, standing: readonly OwnedTarget[]): PluginJournal {
  const others = (clients[change.client.id] ?? []).filter((target) => !isConcerned(change, target));
  return { clients: { ...clients, [change.client.id]: [...others, ...standing] } };
}

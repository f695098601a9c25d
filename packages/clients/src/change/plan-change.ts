import type { PluginJournal } from '../journal/journal.js';
import { type OwnedTarget, targetKey, type WantedTarget } from '../journal/owned-target.js';
import { leafOf, type Place, resolvePlace } from '../place/resolve-place.js';
import { linkedFrom } from '../target/linked-from.js';
import type { SharedPart } from '../target/shared-text.js';
import { digestFolder, inspectSkillFolder } from '../target/skill-folder.js';
import { inspectSubagentFile } from '../target/subagent-file.js';
import type { Change, ChangeFinding, ChangeReport, KeptTarget, OwnStep, Scene } from './change.js';
import { alreadyThere, changedByUser, keptBecause, refusalOf } from './change-findings.js';
import { missingFolders } from './missing-folders.js';
import type { SharedTexts } from './shared-texts.js';

/** What the changes that are planned together share. */
export interface SharedDraft {
  readonly scene: Scene;
  readonly texts: SharedTexts;
  /** Places at which an attempt failed, and how. */
  readonly blocked: ReadonlyMap<string, unknown>;
  /** Folders that were or will be made. */
  readonly folders: Set<string>;
  readonly steps: OwnStep[];
  /** By place: the digest of what will stand there, undefined for nothing. */
  readonly planned: Map<string, string | undefined>;
}

/** What the journal knows of the plugin. */
export interface KnownPlugin {
  readonly journal: PluginJournal;
  /** After a crash: what was about to be put there by this change. */
  readonly begun: readonly OwnedTarget[];
  /** The same by all changes: it is ours where it stands. */
  readonly allBegun: readonly OwnedTarget[];
}

interface Draft extends SharedDraft {
  readonly change: Change;
  /** By place: the digests under which it is this plugin's. */
  readonly ours: ReadonlyMap<string, ReadonlySet<string>>;
  readonly wanted: WantedTarget[];
  /** By the paths that were asked for. */
  readonly owned: OwnedTarget[];
  /** The same by resolved paths, for the journal. */
  readonly standing: OwnedTarget[];
  readonly removed: OwnedTarget[];
  readonly kept: KeptTarget[];
  readonly findings: ChangeFinding[];
}

/** Decides what a change does, thing by thing; what is in the way of one of them stops none of the others. Writes nothing. */
export async function planChange(
  shared: SharedDraft,
  change: Change,
  { journal, begun, allBegun }: KnownPlugin,
): Promise<ChangeReport & Pick<Draft, 'wanted' | 'standing'>> {
  const all = Object.values(journal.clients).flat();
  const mine = (journal.clients[change.client.id] ?? []).filter((target) => isConcerned(change, target));
  const ours = digestsByKey([...all, ...allBegun]);
  const draft: Draft = {
    ...shared,
    change,
    ours,
    wanted: [],
    owned: [],
    standing: [],
    removed: [],
    kept: [],
    findings: [],
  };
  for (const target of change.wanted) await planPut(draft, target);
  const keys = new Set(draft.standing.map(targetKey));
  const others = new Set(all.filter((target) => !mine.includes(target)).map(targetKey));
  const old = new Set(mine.map(targetKey));
  for (const target of withoutTwice([...mine, ...begun])) {
    const key = targetKey(target);
    if (!keys.has(key) && !others.has(key)) await planTake(draft, target, old.has(key));
  }
  const { wanted, owned, standing, removed, kept, findings } = draft;
  return { wanted, owned, standing, removed, kept, findings };
}

async function planPut(draft: Draft, asked: WantedTarget): Promise<void> {
  const { scene, texts } = draft;
  try {
    if (asked.kind === 'graph') {
      draft.wanted.push(asked);
      return own(draft, asked, asked);
    }
    const place = resolvePlace(scene.baseDir, asked.path, { leaf: leafOf(asked.kind) });
    if (draft.blocked.has(place.path)) throw draft.blocked.get(place.path);
    const target = linkedFrom({ ...asked, path: place.relative }, scene.baseDir, place);
    const key = targetKey(target);
    if (draft.standing.some((other) => targetKey(other) === key))
      return void draft.findings.push(alreadyThere(target, 'plugin'));
    const current = await inspect(draft, place, target);
    const ours = draft.ours.get(key);
    if (current !== undefined && ours === undefined) return void draft.findings.push(alreadyThere(target, 'user'));
    if (current !== undefined && !ours?.has(current)) {
      draft.findings.push(changedByUser(target));
      draft.kept.push(keptBecause(target, 'changed'));
      return own(draft, asked, { ...target, digest: [...(ours ?? [])].at(0) ?? target.digest });
    }
    if (target.source !== undefined && target.link === undefined) await digestFolder(target.source);
    if (target.kind === 'memory' || target.kind === 'server') texts.set(place.path, partOf(draft, target), target);
    else if (current !== target.digest) draft.steps.push({ action: 'put', path: place.path, target });
    for (const folder of missingFolders(place)) draft.folders.add(folder);
    draft.planned.set(key, target.digest);
    draft.wanted.push(target);
    own(draft, asked, target);
  } catch (error) {
    draft.findings.push(refusalOf(error, asked));
  }
}

async function planTake(draft: Draft, target: OwnedTarget, isOld: boolean): Promise<void> {
  const { scene, texts } = draft;
  try {
    if (target.kind === 'graph') return void draft.removed.push(target);
    const place = resolvePlace(scene.baseDir, target.path, { leaf: leafOf(target.kind) });
    if (draft.blocked.has(place.path)) throw draft.blocked.get(place.path);
    const key = targetKey(target);
    const current = await inspect(draft, place, target);
    if (current === undefined) return;
    if (!draft.ours.get(key)?.has(current)) return void draft.kept.push(keptBecause(target, 'changed'));
    if (target.kind === 'memory' || target.kind === 'server') texts.remove(place.path, partOf(draft, target));
    else draft.steps.push({ action: 'take', path: place.path, target });
    draft.planned.set(key, undefined);
    draft.removed.push(target);
  } catch (error) {
    const { code, message } = refusalOf(error, target);
    if (!isOld) return;
    draft.kept.push(keptBecause(target, code === 'target-outside' ? 'outside' : 'unreadable', message));
    // Still ours: the next attempt may be able to take it away.
    own(draft, target, target);
  }
}

/** What stands at a place, or will when the changes before this one are done; shared files are drafts that show it by themselves. */
async function inspect(draft: Draft, place: Place, target: OwnedTarget): Promise<string | undefined> {
  if (target.kind === 'memory' || target.kind === 'server') {
    return draft.texts.inspect(place.path, place.relative, partOf(draft, target));
  }
  const key = targetKey(target);
  if (draft.planned.has(key)) return draft.planned.get(key);
  return target.kind === 'skill' ? inspectSkillFolder(place.path) : inspectSubagentFile(place.path);
}

function partOf({ scene, change }: Draft, target: OwnedTarget): SharedPart {
  return { plugin: change.plugin, target, mcp: change.client[scene.scope].mcp };
}

function own(draft: Draft, asked: WantedTarget, { kind, path, name, shape, digest }: WantedTarget): void {
  draft.standing.push({ kind, path, name, shape, digest });
  draft.owned.push({ kind, path: asked.path, name, shape, digest });
}

/** True for what a change replaces. */
export function isConcerned({ shapes, only }: Change, target: OwnedTarget): boolean {
  return shapes.includes(target.shape) && (only === undefined || only.includes(targetKey(target)));
}

function digestsByKey(targets: readonly OwnedTarget[]): Map<string, Set<string>> {
  const digests = new Map<string, Set<string>>();
  for (const target of targets) {
    const key = targetKey(target);
    digests.set(key, (digests.get(key) ?? new Set()).add(target.digest));
  }
  return digests;
}

function withoutTwice(targets: readonly OwnedTarget[]): OwnedTarget[] {
  return [...new Map(targets.map((target) => [targetKey(target), target])).values()];
}

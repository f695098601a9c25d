import type { InstallContext } from '../install/install-context.js';
import { readSteadily } from '../verify/read-steadily.js';
import { type Generation, readNumbered } from './generation.js';
import { findNote, type GenerationNote } from './generation-note.js';
import { listGenerations } from './list-generations.js';
import type { Lock } from './locked-plugin.js';

/** What one generation changed for one plugin. */
export interface HistoryChange {
  readonly name: string;
  /** `changed`: the same version with other files, or another source or key. */
  readonly change: 'installed' | 'updated' | 'changed' | 'removed';
  /** Version before; absent for `installed`. */
  readonly from?: string;
  /** Version after; absent for `removed`. */
  readonly to?: string;
}

/** One kept generation. */
export interface HistoryEntry extends Partial<GenerationNote> {
  /** What `rollback` takes. */
  readonly generation: number;
  readonly current: boolean;
  /** By name; absent when the generation before it is no longer kept. */
  readonly changes?: readonly HistoryChange[];
  /** How many plugins it has. */
  readonly plugins: number;
}

/**
 * The kept generations, newest first.
 *
 * @throws MarketplaceError `PLUGINS_DIR_FOREIGN`, `STATE_CORRUPT`
 */
export async function showHistory({ workspace }: Pick<InstallContext, 'workspace'>): Promise<readonly HistoryEntry[]> {
  return readSteadily(workspace, async (current) => {
    const numbers = await listGenerations(workspace, current.number);
    const entries: HistoryEntry[] = [];
    let before: Generation | undefined;
    for (const number of numbers.toReversed()) {
      const generation = number === current.number ? current : await readNumbered(workspace, number);
      // The first one ever came after nothing.
      const earlier = number === 1 ? new Map() : before?.plugins;
      entries.push({
        generation: number,
        current: number === current.number,
        ...(await findNote(generation.dir)),
        ...(earlier === undefined ? {} : { changes: changesBetween(earlier, generation.plugins) }),
        plugins: generation.plugins.size,
      });
      before = generation;
    }
    return entries.reverse();
  });
}

/** What became of each plugin from one lock to another, by name. */
export function changesBetween(before: Lock, after: Lock): readonly HistoryChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name): HistoryChange[] => {
    const [old, now] = [before.get(name), after.get(name)];
    if (now === undefined) return old === undefined ? [] : [{ name, change: 'removed', from: old.version }];
    if (old === undefined) return [{ name, change: 'installed', to: now.version }];
    const change = old.version !== now.version ? 'updated' : 'changed';
    const same =
      change === 'changed' &&
      old.content_digest === now.content_digest &&
      old.key_id === now.key_id &&
      old.resolved === now.resolved;
    return same ? [] : [{ name, change, from: old.version, to: now.version }];
  });
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CopySource } from './copy-source.js';
import { listNames } from './list-names.js';

/** Read within a few milliseconds. */
const AT_ONCE = 1_000;

/** What {@link listNames} lists, all of it; gives way to the event loop now and then, since some stores answer at once. */
export async function collectNames(store: CopySource['store']): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const name of listNames(store)) {
    names.push(name);
    if (names.length % AT_ONCE === 0) await nextTurn();
  }
  return names;
}

import type { CopySource } from './copy-source.js';

/**
 * Every listed name in the order they were first put. A store without `names` is searched, which does not find a name whose
 * versions are all yanked.
 */
export async function* listNames(store: CopySource['store']): AsyncGenerator<string> {
  if (store.names !== undefined) {
    yield* store.names();
    return;
  }
  let cursor: string | undefined;
  do {
    const page = await store.search(cursor === undefined ? {} : { cursor });
    for (const { manifest } of page.items) yield manifest.name;
    cursor = page.cursor;
  } while (cursor !== undefined);
}

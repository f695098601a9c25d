import type { Credentials } from './credentials.js';

/** Asks one after the other; the first that knows the origin wins. */
export function combineCredentials(...sources: readonly Credentials[]): Credentials {
  return {
    find: async (origin) => {
      for (const source of sources) {
        const found = await source.find(origin);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

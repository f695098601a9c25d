import type { GitSession } from './git-session.js';
import { REMOTE, writeConfig } from './git-workspace.js';
import { ObjectStore } from './object-store.js';
import { transfer } from './transfer.js';

/** A fetch of what a ref stands for, under way while the server is asked which commit that is. */
export interface FetchAhead {
  /**
   * Waits for it, once the commit is known.
   *
   * @returns the repository, when it holds that commit; undefined when the ref has moved meanwhile, or nothing came of it
   * @throws MarketplaceError `FETCH_TOO_LARGE`; the signal's reason
   */
  take(commit: string): Promise<string | undefined>;
  /** Ends it, and waits for its end. */
  drop(): Promise<void>;
}

/** What is fetched ahead. */
export interface AheadOrder {
  /** An empty repository of ids of 40 hex digits. */
  readonly repository: string;
  /** A full name, so that there is no doubt what it stands for. */
  readonly ref: string;
  readonly withoutFiles: boolean;
}

const DIGITS = 40;

/** Starts it. What came counts only if it is the commit that the server names, so that this saves time and decides nothing. */
export function fetchAhead(session: GitSession, { repository, ref, withoutFiles }: AheadOrder): FetchAhead {
  const controller = new AbortController();
  const args = ['--depth=1', ...(withoutFiles ? ['--filter=blob:none'] : []), '--', REMOTE, ref];
  const { signal } = controller;
  const fetching = transfer(session, { repository, format: DIGITS, args, isWhole: withoutFiles, signal });
  // Nobody may ask for it, and then nobody is to hear of a failure.
  fetching.catch(() => undefined);
  return {
    take: async (commit) => {
      const { exitCode } = await fetching;
      if (exitCode !== 0 || commit.length !== DIGITS) return undefined;
      await writeConfig(repository, { format: DIGITS });
      const store = new ObjectStore(repository, { digits: DIGITS, maxBytes: 0 });
      try {
        return store.has(commit) ? repository : undefined;
      } finally {
        store.close();
      }
    },
    drop: async () => {
      controller.abort();
      await fetching.catch(() => undefined);
    },
  };
}

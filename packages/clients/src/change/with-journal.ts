import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { withFileLock } from '@agentmesh/files';
import { openJournalStore } from '../journal/journal-store.js';
import type { ClientScope } from '../table/client.js';
import type { Scene } from './change.js';
import { healChanges } from './heal-changes.js';

/** Which folder of a user is changed, and where it is written down. */
export interface ClientFolders {
  readonly scope: ClientScope;
  /** Of scope `project`; links out of it are refused. */
  readonly projectDir: string;
  /** Of scope `user`. */
  readonly homeDir: string;
  /** Folder of the journal. All processes that change the same project, or the same home, must name the same one. */
  readonly journalDir: string;
  /** Longest wait for another process in milliseconds (default 60,000). */
  readonly lockTimeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Works on the journal of a scope while no other process does, after what a killed one had begun is carried to its end.
 *
 * @throws MarketplaceError `LOCK_TIMEOUT`, `JOURNAL_CORRUPT`
 */
export async function withJournal<T>(folders: ClientFolders, work: (scene: Scene) => Promise<T>): Promise<T> {
  const { scope, journalDir, lockTimeoutMs, signal } = folders;
  const dir = join(journalDir, scope);
  await mkdir(dir, { recursive: true });
  const waiting = {
    ...(lockTimeoutMs === undefined ? {} : { timeoutMs: lockTimeoutMs }),
    ...(signal === undefined ? {} : { signal }),
  };
  return withFileLock(join(dir, 'lock'), waiting, async () => {
    const scene = { scope, baseDir: baseOf(folders), store: openJournalStore(dir) };
    await healChanges(scene);
    return work(scene);
  });
}

/** The folder that a scope is about. */
export function baseOf({ scope, projectDir, homeDir }: ClientFolders): string {
  return scope === 'project' ? projectDir : homeDir;
}

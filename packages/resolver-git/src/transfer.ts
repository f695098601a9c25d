import type { GitSetting } from './git-environment.js';
import type { GitSession } from './git-session.js';
import { type GitOutcome, runGit } from './run-git.js';
import { watchTransfer } from './transfer-watch.js';

/** One `git fetch`. */
export interface Transfer {
  readonly repository: string;
  /** Length of its ids in hex digits. */
  readonly format: number;
  /** Arguments after the fixed ones. */
  readonly args: readonly string[];
  readonly settings?: readonly GitSetting[];
  readonly stdin?: string;
  /** Ends this transfer alone. */
  readonly signal?: AbortSignal;
  /** History comes along: its objects are not files. */
  readonly isWhole?: boolean;
}

/** Commits, folders and what deltas and packing add are not content, but arrive as well. */
const OVERHEAD_BYTES = 2 * 1024 * 1024;
const MAX_OBJECTS_OF_HISTORY = 5_000_000;
const MAX_BYTES_OF_HISTORY = 8 * 1024 ** 3;

/** Without what git does beside fetching: no tags, no FETCH_HEAD, no submodules, no upkeep, no words. */
const FETCH = [
  'fetch',
  '--quiet',
  '--keep',
  '--no-tags',
  '--no-write-fetch-head',
  '--no-recurse-submodules',
  '--no-auto-maintenance',
];

/**
 * Runs `git fetch` and counts what arrives while it does.
 *
 * @throws MarketplaceError `FETCH_TOO_LARGE`; the signal's reason
 */
export async function transfer(session: GitSession, order: Transfer): Promise<GitOutcome> {
  const { limits, signal } = session.context;
  const { repository, args, settings, stdin, isWhole = false } = order;
  const counted = {
    maxBytes: limits.maxBytes + OVERHEAD_BYTES,
    // As many folders as files, the commit, and what packing leaves out.
    maxObjects: isWhole ? MAX_OBJECTS_OF_HISTORY : 2 * limits.maxFiles + 100,
    maxObjectBytes: limits.maxBytes,
    maxTotalBytes: isWhole ? MAX_BYTES_OF_HISTORY : limits.maxBytes + OVERHEAD_BYTES,
    idBytes: order.format / 2,
  };
  const watch = watchTransfer(repository, counted, (bytes) => {
    if (bytes > 0) session.report({ bytes, files: 0 });
  });
  const command = session.remoteCommand(repository, [...FETCH, ...args], settings);
  try {
    return await runGit(
      {
        ...command,
        signal: AbortSignal.any([signal, watch.signal, ...(order.signal === undefined ? [] : [order.signal])]),
      },
      { stdin },
    );
  } finally {
    await watch.end();
  }
}

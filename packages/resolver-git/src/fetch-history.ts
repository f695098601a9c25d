import type { GitSession } from './git-session.js';
import { REMOTE, writeConfig } from './git-workspace.js';
import { transfer } from './transfer.js';

/** What of the history is wanted. */
export interface HistoryOrder {
  /** Length of ids in hex digits. */
  readonly format: number;
  /** `tree:0` asks for the commits without their files; a server that knows no filters sends all. */
  readonly filter?: 'tree:0' | undefined;
}

const BRANCHES_AND_TAGS = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];

/**
 * Fetches all branches and tags with their history into a new repository.
 *
 * @returns the repository
 * @throws MarketplaceError what a fetch throws
 */
export async function fetchHistory(session: GitSession, { format, filter }: HistoryOrder): Promise<string> {
  const isPartial = filter !== undefined;
  const repository = await session.workspace.createRepository({ format, isPartial });
  const args = [...(isPartial ? [`--filter=${filter}`] : []), '--', REMOTE, ...BRANCHES_AND_TAGS];
  const outcome = await transfer(session, { repository, format, args, isWhole: true });
  if (outcome.exitCode !== 0) throw session.error(outcome);
  await writeConfig(repository, { format });
  return repository;
}

import { fetchHistory } from './fetch-history.js';
import { readGitMessage } from './git-message.js';
import type { GitSession } from './git-session.js';
import { REMOTE, writeConfig } from './git-workspace.js';
import { refNotFound } from './ref-not-found.js';
import { runGit } from './run-git.js';
import { transfer } from './transfer.js';

/** Which commit is wanted, and how much of it. */
export interface CommitOrder {
  /** A full id. */
  readonly id: string;
  /** An empty repository for it, which may be used or not. */
  readonly repository: string;
  /** Leave out the files, where the server can; see `fetchFiles`. */
  readonly withoutFiles: boolean;
}

/**
 * Fetches one commit by its id, without its history. A server that gives nothing by id is asked for the commits of all branches and
 * tags first, since that tells cheaply whether it is among them, and then for everything.
 *
 * @returns the repository that holds it
 * @throws MarketplaceError `SOURCE_NOT_FOUND`, `SOURCE_UNAUTHORIZED`, `FETCH_FAILED`, `FETCH_TOO_LARGE`; the signal's reason
 */
export async function fetchCommit(session: GitSession, order: CommitOrder): Promise<string> {
  const { id, repository, withoutFiles } = order;
  const format = id.length;
  const filter = withoutFiles ? ['--filter=blob:none'] : [];
  const args = ['--depth=1', ...filter, '--', REMOTE, id];
  const outcome = await transfer(session, { repository, format, args, isWhole: withoutFiles });
  await writeConfig(repository, { format });
  if (outcome.exitCode === 0) return repository;
  if (readGitMessage(outcome.stderr) !== 'id-refused') throw session.error(outcome);
  return fetchAmongAll(session, id);
}

async function fetchAmongAll(session: GitSession, id: string): Promise<string> {
  const format = id.length;
  const commits = await fetchHistory(session, { format, filter: 'tree:0' });
  const [commit, tree] = await typesOf(session, commits, [id, `${id}^{tree}`]);
  if (commit !== 'commit') throw refNotFound('No branch or tag of the repository leads to that commit');
  // It knows no filters, so everything has come already.
  if (tree === 'tree') return commits;
  return fetchHistory(session, { format });
}

async function typesOf(session: GitSession, repository: string, names: readonly string[]): Promise<string[]> {
  const command = session.localCommand(repository, ['cat-file', '--batch-check=%(objecttype)']);
  const outcome = await runGit(command, { stdin: `${names.join('\n')}\n` });
  return outcome.stdout.split('\n');
}

import { type AdvertisedRefs, commitOf } from './advertised-refs.js';
import { fetchHistory } from './fetch-history.js';
import type { GitSession } from './git-session.js';
import { refNotFound } from './ref-not-found.js';
import { runGit } from './run-git.js';

/**
 * The commit whose id begins with some hex digits: the tip of a branch or a tag, else one of their history, whose commits are
 * fetched for it. Other refs do not count: on forges anyone can put a commit of their own under `refs/pull`.
 *
 * @param tips branches and tags
 * @throws MarketplaceError `SOURCE_NOT_FOUND` for none and for several; what a fetch throws
 */
export async function findShortId(session: GitSession, start: string, tips: AdvertisedRefs): Promise<string> {
  const commits = [...tips.keys()].filter((name) => !name.endsWith('^{}')).map((name) => commitOf(tips, name) ?? '');
  const known = only(commits.filter((id) => id.startsWith(start)));
  if (known !== undefined) return known;
  const { length: format = 40 } = commits[0] ?? '';
  const repository = await fetchHistory(session, { format, filter: 'tree:0' });
  const found = only(await commitsOf(session, repository, start));
  if (found === undefined) throw refNotFound('The repository has no branch, tag or commit of that name');
  return found;
}

async function commitsOf(session: GitSession, repository: string, start: string): Promise<string[]> {
  const ids = await local(session, repository, ['rev-parse', `--disambiguate=${start}`]);
  const types = await local(session, repository, ['cat-file', '--batch-check'], ids);
  return types.split('\n').flatMap((line) => /^([0-9a-f]+) commit /.exec(line)?.[1] ?? []);
}

async function local(session: GitSession, repository: string, args: string[], stdin?: string): Promise<string> {
  const outcome = await runGit(session.localCommand(repository, args), { stdin });
  if (outcome.exitCode !== 0) throw session.error(outcome);
  return outcome.stdout;
}

function only(ids: readonly string[]): string | undefined {
  const [first, ...others] = new Set(ids);
  if (others.length === 0) return first;
  throw refNotFound('Several commits begin with these digits: write more of them');
}

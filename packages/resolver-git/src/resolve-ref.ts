import { type AdvertisedRefs, commitOf, readAdvertisedRefs } from './advertised-refs.js';
import { findShortId } from './find-short-id.js';
import type { GitSetting } from './git-environment.js';
import type { GitSession } from './git-session.js';
import { REMOTE } from './git-workspace.js';
import { refNotFound } from './ref-not-found.js';
import { runGit } from './run-git.js';

const SHORT_ID = /^[0-9a-f]{4,63}$/;
/** A few hundred thousand refs. */
const MAX_ADVERTISED = 32 * 1024 * 1024;

/**
 * Asks the server which commit a ref stands for; nothing is fetched unless it is the start of an id that no ref stands for.
 * A tag goes before a branch of the same name (gitrevisions(7)), and both before an id.
 *
 * @param ref no full id
 * @throws MarketplaceError `SOURCE_NOT_FOUND`, `SOURCE_UNAUTHORIZED`, `FETCH_FAILED`, `FETCH_TOO_LARGE`; the signal's reason
 */
export async function resolveRef(session: GitSession, repository: string, ref = 'HEAD'): Promise<string> {
  if (isFullName(ref)) {
    const refs = await listRefs(session, repository, ['--', REMOTE, ref, `${ref}^{}`], [['protocol.version', '0']]);
    return commitOf(refs, ref) ?? fail(ref);
  }
  const isShortId = SHORT_ID.test(ref);
  const patterns = isShortId ? [] : [ref, `${ref}^{}`];
  const refs = await listRefs(session, repository, ['--heads', '--tags', '--', REMOTE, ...patterns]);
  const named = commitOf(refs, `refs/tags/${ref}`) ?? commitOf(refs, `refs/heads/${ref}`);
  if (named !== undefined) return named;
  return isShortId ? findShortId(session, ref, refs) : fail(ref);
}

/** True for a ref that is no short form of another. */
export function isFullName(ref: string): boolean {
  return ref === 'HEAD' || ref.startsWith('refs/');
}

/** The newer protocol limits a list to branches and tags; for any other it is the same list with a question more. */
async function listRefs(
  session: GitSession,
  repository: string,
  args: readonly string[],
  settings: readonly GitSetting[] = [],
): Promise<AdvertisedRefs> {
  const command = session.remoteCommand(repository, ['ls-remote', '--quiet', ...args], settings);
  const outcome = await runGit(command, { maxOutputBytes: MAX_ADVERTISED });
  if (outcome.exitCode !== 0) throw session.error(outcome);
  return readAdvertisedRefs(outcome.stdout);
}

function fail(ref: string): never {
  throw refNotFound(
    ref === 'HEAD' ? 'The repository has no commit yet' : 'The repository has no such branch, tag or commit',
  );
}

import type { GitSession } from './git-session.js';
import { REMOTE, writeConfig } from './git-workspace.js';
import { transfer } from './transfer.js';

/** The server does not give files by their ids. */
export class FilesWithheld extends Error {}

/**
 * Fetches those files of a commit that were left out when it was fetched. The ids, at least one, are those that its folders name.
 *
 * @throws FilesWithheld; MarketplaceError `FETCH_TOO_LARGE`; the signal's reason
 */
export async function fetchMissingFiles(
  session: GitSession,
  repository: string,
  missing: readonly string[],
): Promise<void> {
  const { length: format = 0 } = missing[0] ?? '';
  await writeConfig(repository, { format, isPartial: true });
  const outcome = await transfer(session, {
    repository,
    format,
    args: ['--filter=blob:none', '--stdin', '--', REMOTE],
    settings: [['fetch.negotiationAlgorithm', 'noop']],
    stdin: `${missing.join('\n')}\n`,
    isWhole: true,
  });
  await writeConfig(repository, { format });
  if (outcome.exitCode !== 0) throw new FilesWithheld();
}

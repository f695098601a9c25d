import { parse } from 'node:path';
import { MarketplaceError } from '@agentmesh/errors';
import { gitEnvironment } from './git-environment.js';
import { completeProgram, type GitProgram } from './git-program.js';
import { type GitVersion, isTooOld, MINIMUM_GIT_VERSION, readGitVersion } from './git-version.js';
import { runGit } from './run-git.js';

const TIMEOUT_MS = 10_000;

/**
 * Looks whether git is there and new enough; nothing is fetched.
 *
 * @throws MarketplaceError `GIT_MISSING`; the signal's reason
 */
export async function checkGit(program: GitProgram = {}, signal?: AbortSignal): Promise<GitVersion> {
  const { git, searchPath } = completeProgram(program);
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const home = parse(process.execPath).root;
  const command = {
    program: git,
    args: ['--version'],
    cwd: home,
    environment: gitEnvironment({ searchPath, home, repository: home, maxAllocation: 0, settings: [] }),
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
  };
  const { exitCode, stdout } = await runGit(command).catch((error: unknown) => {
    if (signal?.aborted !== true && timeout.aborted) return { exitCode: undefined, stdout: '' };
    throw error;
  });
  const found = exitCode === 0 ? readGitVersion(stdout) : undefined;
  if (found === undefined) throw missing('git cannot be run');
  if (isTooOld(found)) throw missing(`git ${found.version} is too old`);
  return found;
}

function missing(problem: string): MarketplaceError {
  return new MarketplaceError(`${problem}: git ${MINIMUM_GIT_VERSION} or newer is needed`, {
    code: 'GIT_MISSING',
    hint: `Install git ${MINIMUM_GIT_VERSION} or newer (https://git-scm.com), or use a source that needs none, such as https://.`,
  });
}

import type { TreeLimits } from '@agentmesh/artifact';
import type { DownloaderOptions } from '@agentmesh/download';
import type { GitProgram } from './git-program.js';
import type { SshOptions } from './ssh-options.js';

type SharedOptions = Pick<
  DownloaderOptions,
  'allowPrivateHosts' | 'ca' | 'lookup' | 'proxy' | 'credentials' | 'cache' | 'onProblem'
>;

/**
 * What every resolver that fetches with git can be given; the shared part means what it means to a downloader. The cache keeps what a
 * commit held, so that fetching it again takes neither git nor network.
 */
export interface GitOptions extends GitProgram, SharedOptions {
  readonly ssh?: SshOptions | undefined;
  /** Limits of a plugin's tree, beside those of the fetch; the smaller one counts. */
  readonly limits?: Partial<TreeLimits> | undefined;
}

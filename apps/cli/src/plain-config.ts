import { Config } from '@oclif/core/config';

/**
 * What a command needs of oclif's configuration while it runs. Loading all of it finds plugins, shells and themes that this
 * program does not have, and takes as long as Node itself takes to start; help and completion still load it.
 */
export class PlainConfig extends Config {
  override bin = 'agentmesh';
  override name = '@agentmesh/cli';
  override userAgent = 'agentmesh';

  /** There are no hooks. */
  override async runHook(): Promise<{ failures: []; successes: [] }> {
    return { failures: [], successes: [] };
  }
}

import { realpath } from 'node:fs/promises';
import type { TreeFile } from '@agentmesh/artifact';
import { MarketplaceError } from '@agentmesh/errors';
import { assertPluginName, type PluginManifest } from '@agentmesh/manifest';
import type { InstallContext } from '../install/install-context.js';
import { notInstalled } from './not-installed.js';
import { readSteadily } from './read-steadily.js';
import { reportPlugin } from './report-plugin.js';
import { treeTampered } from './tree-tampered.js';
import type { InstalledPlugin } from './verification-report.js';

/** An installed plugin that is intact: read in full just now, or unchanged since it was. */
export interface VerifiedTree {
  /** Real folder of its files, no link on the way. */
  readonly root: string;
  readonly manifest: PluginManifest;
  readonly files: readonly TreeFile[];
  /** `h1:` digest of the files. */
  readonly contentDigest: string;
  /** What runs it if it is JavaScript, as found out when it was installed. */
  readonly engine?: 'quickjs' | 'node';
}

/** See `PluginInstaller.verifyTree`. */
export async function verifyTree(
  context: Pick<InstallContext, 'workspace' | 'keyring' | 'now'>,
  name: string,
): Promise<VerifiedTree> {
  assertPluginName(name);
  return readSteadily(context.workspace, async (current) => {
    const locked = current.plugins.get(name);
    if (locked === undefined) throw notInstalled(name, current.plugins);
    const { report, inspected } = await reportPlugin(context, {
      generation: current,
      name,
      locked,
      trustUnchanged: true,
    });
    const { root, manifest, files } = inspected;
    if (!report.intact || root === undefined || manifest === undefined) throw treeTampered(name, report.differences);
    if (report.problem !== undefined && locked.key_id !== undefined) throw noLongerTrusted(name, report.problem);
    const { content_digest: contentDigest, engine } = locked;
    return { root: await realpath(root), manifest, files, contentDigest, ...(engine === undefined ? {} : { engine }) };
  });
}

/** A plugin that was installed without a check runs without one; one whose signer has lost the trust since does not. */
function noLongerTrusted(name: string, problem: NonNullable<InstalledPlugin['problem']>): MarketplaceError {
  return new MarketplaceError(`${name} is no longer trusted: ${problem.message}`, {
    code: problem.code,
    hint: `Uninstall ${name}, or install a version that a trusted key signed.`,
  });
}

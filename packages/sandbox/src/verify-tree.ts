import { listTree } from '@agentmesh/artifact';
import { MarketplaceError } from '@agentmesh/errors';
import { loadManifest, type PluginManifest } from '@agentmesh/manifest';

/** A plugin's folder whose content was compared with what was installed. */
export interface VerifiedTree {
  /** The real folder. */
  readonly root: string;
  readonly manifest: PluginManifest;
  /** Every file of the tree; `sha256` in hex. */
  readonly files: readonly { readonly path: string; readonly size: number; readonly sha256: string }[];
  /** The digest of `files` (`h1:…`), where it is known already. */
  readonly digest?: string | undefined;
  /** What runs it if it is JavaScript and its manifest does not say: found out when it was installed. */
  readonly engine?: 'node' | 'quickjs' | undefined;
}

/** Verifies an installed plugin, and throws where it is not what was installed. The installer has one. */
export type VerifyTree = (plugin: string) => Promise<VerifiedTree>;

/**
 * Verification without an installer: the folder's digest must be the `content_digest` of its manifest. The manifest itself
 * has no second witness here, which is why an installer's `verifyTree` says more.
 *
 * @throws MarketplaceError `INTEGRITY_UNKNOWN` without a digest to compare with, `TREE_TAMPERED`; `TREE_UNSAFE`,
 * `TREE_TOO_LARGE` and the codes of the manifest pass through
 */
export async function verifyByDigest(plugin: string, root: string): Promise<VerifiedTree> {
  const [manifest, tree] = await Promise.all([loadManifest(root), listTree(root)]);
  if (manifest.name !== plugin) throw tampered(`Folder ${plugin} holds a plugin that calls itself ${manifest.name}`);
  const holdsFiles = tree.files.length > 1;
  if (holdsFiles && manifest.content_digest === undefined) {
    throw new MarketplaceError(`Plugin ${plugin} has no content_digest to compare its files with`, {
      code: 'INTEGRITY_UNKNOWN',
      hint: 'Sign it (agentmesh plugin sign), or hand verifyTree of an installer to PluginSandbox.',
    });
  }
  if (holdsFiles && manifest.content_digest !== tree.digest) {
    throw tampered(`The files of plugin ${plugin} are not those that its manifest was made for`);
  }
  return { root, manifest, files: tree.files, digest: tree.digest };
}

function tampered(message: string): MarketplaceError {
  return new MarketplaceError(message, { code: 'TREE_TAMPERED', hint: 'Install the plugin again.' });
}

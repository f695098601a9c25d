import { type Archive, packTree } from '@agentmesh/artifact';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { MANIFEST_FILENAME } from '@agentmesh/manifest';
import type { FolderOptions, LoadedManifest } from './load-publishable.js';

/**
 * Packs a plugin's folder and checks that what was packed is what the manifest says.
 *
 * @throws MarketplaceError `DIGEST_MISMATCH`, `TREE_UNSAFE`, `TREE_TOO_LARGE`
 */
export async function packPlugin(dir: string, loaded: LoadedManifest, options: FolderOptions): Promise<Archive> {
  const { manifest, sha256 } = loaded;
  const archive = await packTree(dir, options);
  if (archive.tree.digest !== manifest.content_digest) {
    throw mismatch(manifest.name, `the files have the digest ${archive.tree.digest}, not ${manifest.content_digest}`);
  }
  if (archive.tree.files.find((file) => file.path === MANIFEST_FILENAME)?.sha256 !== sha256) {
    throw mismatch(manifest.name, `${MANIFEST_FILENAME} changed while it was being published`);
  }
  return archive;
}

function mismatch(name: string, what: string): MarketplaceError {
  return new MarketplaceError(`${printable(name)} is not what its manifest says: ${printable(what)}`, {
    code: 'DIGEST_MISMATCH',
    hint: 'Sign the folder again; or, when it is not signed, remove content_digest, and publishing computes it.',
  });
}

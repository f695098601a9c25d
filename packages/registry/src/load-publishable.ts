import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestTree, type TreeLimits } from '@agentmesh/artifact';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { loadManifest, MANIFEST_FILENAME, type PluginManifest, saveManifest, withFields } from '@agentmesh/manifest';
import { refuseUnpublishable } from './refuse-unpublishable.js';

/** How a plugin's folder is read for publishing. */
export interface FolderOptions {
  readonly limits?: Partial<TreeLimits>;
  readonly signal?: AbortSignal;
}

/** A manifest that may be published, and the sha256 (hexadecimal) of the file that says it. */
export interface LoadedManifest {
  readonly manifest: PluginManifest;
  readonly sha256: string;
}

/**
 * Reads the manifest of a folder that is to be published, unknown keys refused. When it is unsigned and has no
 * `content_digest`, that is computed and saved; a signed one without a digest would say nothing about the files.
 *
 * @throws MarketplaceError `MANIFEST_NOT_FOUND`, `MANIFEST_INVALID`, `DIGEST_MISSING`, `TREE_UNSAFE`, `TREE_TOO_LARGE`
 */
export async function loadPublishable(dir: string, options: FolderOptions): Promise<LoadedManifest> {
  const manifest = await loadManifest(dir, { strict: true });
  refuseUnpublishable(manifest);
  if (manifest.content_digest === undefined) await addDigest(dir, manifest, options);
  const bytes = await readFile(join(dir, MANIFEST_FILENAME));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { manifest: await loadManifest(dir, { strict: true }), sha256 };
}

async function addDigest(dir: string, manifest: PluginManifest, options: FolderOptions): Promise<void> {
  if (manifest.signature !== null) {
    throw new MarketplaceError(
      `The signature of ${printable(manifest.name)} does not reach its files: no content_digest`,
      {
        code: 'DIGEST_MISSING',
        hint: 'Sign the folder with signPlugin, which adds the digest and then signs.',
      },
    );
  }
  const content_digest = await digestTree(dir, { ...options, view: 'packing' });
  await saveManifest(withFields(manifest, { content_digest }), dir);
}

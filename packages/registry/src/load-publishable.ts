import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestTree, type TreeLimits } from '@agentmesh/artifact';
import { MarketplaceError, printable } from '@agentmesh/errors';
import {
  loadManifest,
  MANIFEST_FILENAME,
  type PluginManifest,
  parseManifest,
  saveManifest,
  withFields,
} from '@agentmesh/manifest';
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
 * @param rules.signed an unsigned manifest is refused, and nothing is written
 * @throws MarketplaceError `MANIFEST_NOT_FOUND`, `MANIFEST_INVALID`, `DIGEST_MISSING`, `TREE_UNSAFE`, `TREE_TOO_LARGE`,
 * `SIGNATURE_MISSING`
 */
export async function loadPublishable(
  dir: string,
  options: FolderOptions,
  rules: { readonly signed?: boolean } = {},
): Promise<LoadedManifest> {
  const found = await loadManifest(dir, { strict: true });
  if (rules.signed === true && found.signature === null) throw unsigned(found.name);
  if (found.content_digest === undefined) await addDigest(dir, found, options);
  const bytes = await readFile(join(dir, MANIFEST_FILENAME));
  // Of these very bytes: read twice, the file could say one thing to the list and another to the archive.
  const { manifest } = parseManifest(bytes.toString(), { strict: true });
  refuseUnpublishable(manifest);
  return { manifest, sha256: createHash('sha256').update(bytes).digest('hex') };
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
  refuseUnpublishable(manifest);
  const content_digest = await digestTree(dir, { ...options, view: 'packing' });
  await saveManifest(withFields(manifest, { content_digest }), dir);
}

function unsigned(name: string): MarketplaceError {
  return new MarketplaceError(`${printable(name)} is not signed`, {
    code: 'SIGNATURE_MISSING',
    hint: 'Sign its folder: agentmesh plugin sign',
  });
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { MANIFEST_FILENAME, type PluginManifest, parseManifest } from '@agentmesh/manifest';
import { refuseUnpublishable } from './refuse-unpublishable.js';
import type { ReadManifest } from './registry-options.js';
import type { StagedFiles } from './stage-archive.js';

const MAX_MANIFEST_BYTES = 1024 * 1024;

/** What the manifest has to say, and who reads it. */
export interface StagedRules {
  readonly name: string;
  readonly version: string;
  readonly readManifest?: ReadManifest | undefined;
}

/**
 * Reads the manifest of an archive that was unpacked, and checks that it may be published, is signed, and speaks of these files.
 *
 * @throws MarketplaceError `MANIFEST_INVALID`, `MANIFEST_MISMATCH`, `SIGNATURE_MISSING`, `DIGEST_MISSING`, `DIGEST_MISMATCH`
 */
export async function readStaged(
  { dir, files, tree }: StagedFiles,
  { readManifest = parseStrictly, ...expected }: StagedRules,
): Promise<PluginManifest> {
  const file = tree.files.find(({ path }) => path === MANIFEST_FILENAME);
  if (file === undefined || file.size > MAX_MANIFEST_BYTES) throw withoutManifest(file?.size);
  const bytes = files?.get(MANIFEST_FILENAME) ?? (await readFile(join(dir, MANIFEST_FILENAME)));
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const manifest = await readManifest(text);
  refuseUnpublishable(manifest);
  const { name, version, content_digest: digest } = manifest;
  if (name !== expected.name || version !== expected.version) throw misnamed(manifest, expected);
  if (manifest.signature === null) throw unsigned(name);
  if (digest === undefined) throw withoutDigest(name);
  if (digest !== tree.digest) throw otherFiles(name, tree.digest, digest);
  return manifest;
}

const parseStrictly: ReadManifest = async (text) =>
  parseManifest(text, { path: MANIFEST_FILENAME, strict: true }).manifest;

function withoutManifest(size: number | undefined): MarketplaceError {
  const found = size === undefined ? 'none' : `one of ${size} bytes`;
  return new MarketplaceError(
    `Expected ${MANIFEST_FILENAME} of at most ${MAX_MANIFEST_BYTES} bytes at the root of the archive, found ${found}`,
    { code: 'MANIFEST_INVALID', hint: 'Pack the folder of the plugin itself, without a folder around it.' },
  );
}

function misnamed(found: PluginManifest, expected: { readonly name: string; readonly version: string }) {
  const text = `Expected ${printable(expected.name)} ${printable(expected.version)}, the archive has ${printable(found.name)} ${printable(found.version)}`;
  return new MarketplaceError(text, {
    code: 'MANIFEST_MISMATCH',
    hint: 'Publish an archive under the name and version of its own manifest.',
  });
}

function unsigned(name: string): MarketplaceError {
  return new MarketplaceError(`${printable(name)} is not signed`, {
    code: 'SIGNATURE_MISSING',
    hint: 'Sign its folder: agentmesh plugin sign',
  });
}

function withoutDigest(name: string): MarketplaceError {
  return new MarketplaceError(`The signature of ${printable(name)} does not reach its files: no content_digest`, {
    code: 'DIGEST_MISSING',
    hint: 'Sign the folder, which adds the digest.',
  });
}

function otherFiles(name: string, found: string, said: string): MarketplaceError {
  return new MarketplaceError(
    `${printable(name)} is not what its manifest says: its files have the digest ${found}, not ${printable(said)}`,
    { code: 'DIGEST_MISMATCH', hint: 'Sign the folder again and pack it anew.' },
  );
}

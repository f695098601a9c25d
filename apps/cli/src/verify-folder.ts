import { lstat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { loadManifest, MANIFEST_FILENAME, type PluginManifest } from '@agentmesh/manifest';
import type { Composition } from './compose.js';
import { verifyWithKey } from './verify-with-key.js';

/** What is known of a plugin folder or manifest after the check. */
export interface VerifiedFolder {
  readonly name: string;
  readonly version: string;
  /**
   * `verified`; `manifest-verified` where the signature does not reach the files, for want of a `content_digest`;
   * `unverified` when no key is there to check with; `unsigned`.
   */
  readonly state: string;
  readonly key_id: string | null;
}

/**
 * Checks a plugin folder, or a manifest alone, as its author left it: the tree digest and the signature.
 *
 * @param keyFile public key that must have signed it; without one, the project's trusted keys, if it has any
 * @throws MarketplaceError `MANIFEST_NOT_FOUND`, `MANIFEST_INVALID`, `DIGEST_MISMATCH`, `SIGNATURE_INVALID`, `SIGNATURE_MISSING`, `UNTRUSTED_AUTHOR`
 */
export async function verifyFolder(
  composition: Composition,
  path: string,
  keyFile: string | undefined,
): Promise<VerifiedFolder> {
  const target = resolve(path);
  const manifest = await loadManifest(target);
  const isManifest = (await lstat(target)).isFile();
  if (!isManifest || basename(target) === MANIFEST_FILENAME)
    await checkDigest(manifest, isManifest ? dirname(target) : target, isManifest);
  const signer = await checkSigner(composition, manifest, keyFile);
  const reaches = manifest.content_digest !== undefined || isManifest || (await isManifestAlone(target));
  const state = signer.state === 'verified' && !reaches ? 'manifest-verified' : signer.state;
  return { name: manifest.name, version: manifest.version, state, key_id: signer.keyId };
}

async function isManifestAlone(folder: string): Promise<boolean> {
  const { listTree } = await import('@agentmesh/artifact');
  return (await listTree(folder, { view: 'packing' })).files.length <= 1;
}

async function checkDigest(manifest: PluginManifest, folder: string, manifestAlone: boolean): Promise<void> {
  if (manifest.content_digest === undefined) return;
  const { listTree } = await import('@agentmesh/artifact');
  const { digest, files } = await listTree(folder, { view: 'packing' });
  if (digest === manifest.content_digest || (manifestAlone && files.length <= 1)) return;
  throw new MarketplaceError(
    `Expected the digest ${printable(manifest.content_digest)} that the manifest states, the files in ${printable(folder)} have ${digest}`,
    { code: 'DIGEST_MISMATCH', hint: 'If the change is yours, sign again: agentmesh plugin sign' },
  );
}

async function checkSigner(
  composition: Composition,
  manifest: PluginManifest,
  keyFile: string | undefined,
): Promise<{ state: string; keyId: string | null }> {
  if (keyFile !== undefined) return { state: 'verified', keyId: await verifyWithKey(manifest, keyFile) };
  const keyring = await composition.keyring();
  if (keyring !== undefined) return { state: 'verified', keyId: keyring.verify(manifest).keyId };
  return { state: manifest.signature === null ? 'unsigned' : 'unverified', keyId: null };
}

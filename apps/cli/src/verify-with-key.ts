import type { PluginManifest } from '@agentmesh/manifest';
import { readKeyFile } from './read-named-file.js';

/**
 * Checks that a manifest was signed with the key in a PEM file.
 *
 * @returns the key's id
 * @throws MarketplaceError `FILE_NOT_FOUND`, `KEY_INVALID`, `SIGNATURE_INVALID`, `SIGNATURE_MISSING`
 */
export async function verifyWithKey(manifest: PluginManifest, keyFile: string): Promise<string> {
  const { keyId, verifySignature } = await import('@agentmesh/signing');
  const key = await readKeyFile(keyFile);
  verifySignature(manifest, key);
  return keyId(key);
}

import { isMarketplaceError } from '@agentmesh/errors';
import type { PluginManifest } from '@agentmesh/manifest';
import { type PublicKeyInput, verifySignature } from '@agentmesh/signing';

const NO = new Set(['SIGNATURE_MISSING', 'SIGNATURE_INVALID']);

/**
 * True when the key signed the manifest as it stands.
 *
 * @throws MarketplaceError `KEY_INVALID`
 */
export function isSignedBy(manifest: PluginManifest, key: PublicKeyInput): boolean {
  try {
    return verifySignature(manifest, key);
  } catch (error) {
    if (isMarketplaceError(error) && NO.has(error.code)) return false;
    throw error;
  }
}

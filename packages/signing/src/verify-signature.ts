import { type PluginManifest, signableBytes } from '@agentmesh/manifest';
import { manifestSignature, signatureInvalid } from './manifest-signature.js';
import type { PublicKeyInput } from './public-key-input.js';
import { verifyVetted } from './verify-vetted.js';
import { vetPublicKey } from './vet-public-key.js';

/**
 * Checks that `key` signed the manifest as it stands (every field but `signature`). It says nothing about the plugin's
 * files, which hang on `content_digest`, nor about who owns the key: that is a {@link Keyring}'s answer.
 *
 * @throws MarketplaceError `SIGNATURE_MISSING`, `SIGNATURE_INVALID`, `KEY_INVALID`; `MANIFEST_INVALID` for text that has no
 * signed form (lone surrogates)
 */
export function verifySignature(manifest: PluginManifest, key: PublicKeyInput): true {
  const vetted = vetPublicKey(key);
  const signature = manifestSignature(manifest);
  if (verifyVetted(signableBytes(manifest), signature, vetted)) return true;
  throw signatureInvalid(manifest, `it is not by the key ${vetted.keyId}, or the manifest was changed`);
}

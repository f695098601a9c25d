import { MarketplaceError, printable } from '@agentmesh/errors';
import type { PluginManifest } from '@agentmesh/manifest';
import { decodeBase64 } from './decode-base64.js';

const SIGNATURE_LENGTH = 64;

/**
 * The 64 bytes of a manifest's signature. Decoding is strict: standard padded base64 in its one canonical form.
 *
 * @throws MarketplaceError `SIGNATURE_MISSING` when null or empty, `SIGNATURE_INVALID` when it is not 64 bytes of base64
 */
export function manifestSignature(manifest: PluginManifest): Uint8Array {
  const text = manifest.signature;
  if (!text) {
    throw new MarketplaceError(`Expected a signature on ${nameOf(manifest)}, got none`, {
      code: 'SIGNATURE_MISSING',
      hint: 'Ask the author for a signed version.',
    });
  }
  const bytes = decodeBase64(text);
  if (bytes?.length === SIGNATURE_LENGTH) return bytes;
  throw signatureInvalid(manifest, 'its signature is not the standard base64 of 64 bytes');
}

/** A `SIGNATURE_INVALID` error about `manifest`; `reason` completes the sentence. */
export function signatureInvalid(manifest: PluginManifest, reason: string): MarketplaceError {
  return new MarketplaceError(`The signature of ${nameOf(manifest)} does not verify: ${reason}`, {
    code: 'SIGNATURE_INVALID',
    hint: 'Do not use it. The manifest was changed after signing, or another key signed it: ask the author.',
  });
}

function nameOf(manifest: PluginManifest): string {
  return `${printable(manifest.name)} ${printable(manifest.version)}`;
}

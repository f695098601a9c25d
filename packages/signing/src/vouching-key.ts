import { MarketplaceError, printable } from '@agentmesh/errors';
import { type PluginManifest, signableBytes } from '@agentmesh/manifest';
import { manifestSignature, signatureInvalid } from './manifest-signature.js';
import { keyFault, type TrustedKey } from './trusted-key.js';
import { verifyVetted } from './verify-vetted.js';
import { vetPublicKey } from './vet-public-key.js';

/** Who vouches for a manifest. */
export interface Vouching {
  readonly author: string;
  readonly keyId: string;
}

const MAX_LISTED = 5;

/** Finds the key that signed `manifest` among its author's `keys`; the errors are those of `Keyring.verify`. */
export function vouchingKey(manifest: PluginManifest, keys: readonly TrustedKey[], now: Date): Vouching {
  const { author } = manifest;
  // A missing signature is the plainer fault, so it is told before an unknown author; a malformed one after.
  if (keys.length === 0 && manifest.signature) throw untrusted(`No key of the author ${printable(author)} is trusted`);
  const signature = manifestSignature(manifest);
  const bytes = signableBytes(manifest);
  const signed = (key: TrustedKey) => verifyVetted(bytes, signature, vetPublicKey(key.publicKey));
  const good = keys.find((key) => keyFault(key, now) === undefined && signed(key));
  if (good !== undefined) return { author, keyId: good.keyId };
  const faulty = keys.find((key) => keyFault(key, now) !== undefined && signed(key));
  if (faulty !== undefined) throw untrusted(faultText(faulty, now));
  throw signatureInvalid(manifest, `no key of its author signed it as it stands (tried ${idsOf(keys)})`);
}

function untrusted(message: string): MarketplaceError {
  return new MarketplaceError(message, {
    code: 'UNTRUSTED_AUTHOR',
    hint: "Get the author's current public key from a place you trust, then: agentmesh key trust",
  });
}

function faultText(key: TrustedKey, now: Date): string {
  const what = `The key ${key.keyId} of the author ${printable(key.author)}`;
  const fault = keyFault(key, now);
  if (fault === 'expired') return `${what} expired at ${key.validUntil?.toISOString()}`;
  if (fault === 'not yet valid') return `${what} is not valid before ${key.validFrom?.toISOString()}`;
  const at = key.revoked?.at === undefined ? '' : ` at ${key.revoked.at.toISOString()}`;
  const reason = key.revoked?.reason === undefined ? '' : `: ${printable(key.revoked.reason)}`;
  return `${what} was revoked${at}${reason}`;
}

function idsOf(keys: readonly TrustedKey[]): string {
  const more = keys.length > MAX_LISTED ? ` and ${keys.length - MAX_LISTED} more` : '';
  return (
    keys
      .slice(0, MAX_LISTED)
      .map((key) => key.keyId)
      .join(', ') + more
  );
}

import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { inspect } from 'node:util';
import { type PluginManifest, signableBytes, withFields } from '@agentmesh/manifest';
import { readPrivateKey, readPrivateKeyPem } from './private-key.js';
import { type VettedKey, vetPublicKey } from './vet-public-key.js';

/** Signs manifests with one Ed25519 key (RFC 8032, deterministic). Logs and errors show its key id, never the private key. */
export class PluginSigner {
  readonly #privateKey: KeyObject;
  readonly #vetted: VettedKey;

  static {
    Object.defineProperty(PluginSigner.prototype, inspect.custom, { value: shown });
  }

  /**
   * @param key a private Ed25519 `KeyObject`, or the 32-byte seed of RFC 8032 (copied)
   * @throws MarketplaceError `KEY_INVALID`
   */
  constructor(key: KeyObject | Uint8Array) {
    this.#privateKey = readPrivateKey(key);
    this.#vetted = vetPublicKey(createPublicKey(this.#privateKey));
  }

  /** A signer with a new random key. */
  static generate(): PluginSigner {
    return new PluginSigner(generateKeyPairSync('ed25519').privateKey);
  }

  /**
   * A signer from an unencrypted PKCS#8 PEM text.
   *
   * @throws MarketplaceError `KEY_INVALID`, `KEY_ENCRYPTED`
   */
  static fromPem(pem: string): PluginSigner {
    return new PluginSigner(readPrivateKeyPem(pem));
  }

  get publicKey(): KeyObject {
    return this.#vetted.keyObject;
  }

  /** `SHA256:` + unpadded base64 of sha256(SPKI DER). */
  get keyId(): string {
    return this.#vetted.keyId;
  }

  /**
   * A copy of the manifest with this key's signature; an earlier signature is replaced.
   *
   * @throws MarketplaceError `MANIFEST_INVALID`
   */
  sign(manifest: PluginManifest): PluginManifest {
    const signature = sign(null, signableBytes(manifest), this.#privateKey).toString('base64');
    return withFields(manifest, { signature });
  }

  /** The 64-byte signature of `bytes`. */
  signBytes(bytes: Uint8Array): Uint8Array {
    return sign(null, bytes, this.#privateKey);
  }

  /** The private key as unencrypted PKCS#8 PEM. Keep it secret: `saveSigner` writes it with mode 0600. */
  toPem(): string {
    return this.#privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  }
}

function shown(this: PluginSigner): string {
  return `PluginSigner { keyId: '${this.keyId}' }`;
}

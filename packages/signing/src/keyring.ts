import { MarketplaceError, printable } from '@agentmesh/errors';
import { withFileLock } from '@agentmesh/files';
import type { PluginManifest } from '@agentmesh/manifest';
import { readKeyringFile, writeKeyringFile } from './keyring-file.js';
import { keyringInvalid } from './keyring-invalid.js';
import type { PublicKeyInput } from './public-key-input.js';
import type { Revocation, TrustedKey } from './trusted-key.js';
import { trustedKeyFault } from './trusted-key-fault.js';
import { listTrustedKeys, type TrustedKeyTable } from './trusted-keys.js';
import { vetPublicKey } from './vet-public-key.js';
import { type Vouching, vouchingKey } from './vouching-key.js';

const HINT = 'Give an author with a plain, visible name, and a validity that begins before it ends.';

/** What {@link Keyring.trust} takes. */
export interface TrustOptions {
  readonly author: string;
  readonly key: PublicKeyInput;
  readonly addedAt?: Date | undefined;
  readonly validFrom?: Date | undefined;
  readonly validUntil?: Date | undefined;
}

/**
 * The authors one trusts, each with several keys. It fails closed: who is not in it is refused, and an empty one refuses all.
 * Keys are public, so a keyring holds no secret; what has to be guarded is who may change it.
 */
export class Keyring {
  readonly #authors: Map<string, readonly TrustedKey[]> = new Map();
  readonly #revoked: Set<string> = new Set();

  /**
   * A keyring in memory, from a record or `Map` of author → key or keys, or a copy of another keyring.
   *
   * @throws MarketplaceError `KEYRING_INVALID`, `KEY_INVALID`
   */
  static from(trusted: Keyring | TrustedKeyTable): Keyring {
    if (trusted instanceof Keyring) return Keyring.#of(trusted.entries());
    const keyring = new Keyring();
    for (const [author, keys] of listTrustedKeys(trusted)) {
      for (const key of keys) keyring.trust({ author, key });
    }
    return keyring;
  }

  /**
   * Reads `trusted-keys.yaml`; a file that does not exist is an empty keyring, which trusts nobody.
   *
   * @throws MarketplaceError `KEYRING_INVALID`, `FILE_TOO_LARGE` (over 1 MiB), `FILE_NOT_REGULAR`
   */
  static async open(path: string): Promise<Keyring> {
    return Keyring.#of(await readKeyringFile(path));
  }

  /**
   * Changes `trusted-keys.yaml`: reads it, lets `change` work on the keyring, and writes it back in one step, all under an
   * inter-process lock, so that two processes that add keys lose nothing. When `change` throws, the file stays as it was.
   *
   * @throws MarketplaceError as {@link Keyring.open}; `LOCK_TIMEOUT`; whatever `change` throws
   */
  static async update<T>(path: string, change: (keyring: Keyring) => T | Promise<T>): Promise<T> {
    return withFileLock(`${path}.lock`, {}, async () => {
      const keyring = await Keyring.open(path);
      const answer = await change(keyring);
      await writeKeyringFile(path, keyring.entries());
      return answer;
    });
  }

  static #of(keys: readonly TrustedKey[]): Keyring {
    const keyring = new Keyring();
    for (const key of keys) keyring.#put(key);
    return keyring;
  }

  /**
   * Writes the keyring to `path` in one step, over what is there. To change a file that others change too, use
   * {@link Keyring.update}.
   */
  async save(path: string): Promise<void> {
    await withFileLock(`${path}.lock`, {}, () => writeKeyringFile(path, this.entries()));
  }

  /**
   * Trusts a key for an author, beside the author's other keys; a key that is there already gets the new validity window.
   * One key may serve two authors, each trusted by a call of its own.
   *
   * @throws MarketplaceError `KEY_INVALID`, `KEYRING_INVALID`, `KEY_REVOKED`
   */
  trust(options: TrustOptions): TrustedKey {
    const { author, key, addedAt, validFrom, validUntil } = options;
    const { keyId, keyObject } = vetPublicKey(key);
    if (this.#revoked.has(keyId)) throw revoked(keyId);
    const trusted = { author, keyId, publicKey: keyObject, addedAt, validFrom, validUntil };
    this.#put(trusted);
    return trusted;
  }

  /**
   * Revokes a key for every author that has it. It never verifies again, older signatures included: a signature carries no
   * time that could be trusted. It stays listed, so that it cannot be trusted anew by mistake.
   *
   * @throws MarketplaceError `KEY_NOT_FOUND`, `KEYRING_INVALID`
   */
  revoke(keyId: string, revocation: Revocation = {}): readonly TrustedKey[] {
    const revokedKeys = this.entries()
      .filter((entry) => entry.keyId === keyId)
      .map((entry) => ({ ...entry, revoked: revocation }));
    if (revokedKeys.length === 0) throw keyNotFound(keyId);
    for (const key of revokedKeys) this.#put(key);
    return revokedKeys;
  }

  /** All keys, authors in code unit order, each author's in the order they were trusted; the list is a copy. */
  entries(): readonly TrustedKey[] {
    const authors = [...this.#authors.keys()].sort();
    return authors.flatMap((author) => this.keysOf(author));
  }

  /** An author's keys, revoked and expired ones included. The author is compared exactly, character by character. */
  keysOf(author: string): readonly TrustedKey[] {
    return this.#authors.get(author) ?? [];
  }

  /**
   * Finds the key of the manifest's author that signed it.
   *
   * @param options.now the moment that validity windows are compared with (default: the present)
   * @throws MarketplaceError `SIGNATURE_MISSING`; `UNTRUSTED_AUTHOR` for an unknown author, or when the key that signed is
   * revoked, expired or not yet valid; `SIGNATURE_INVALID` when no key of the author signed it
   */
  verify(manifest: PluginManifest, options: { readonly now?: Date } = {}): Vouching {
    return vouchingKey(manifest, this.keysOf(manifest.author), options.now ?? new Date());
  }

  #put(key: TrustedKey): void {
    const fault = trustedKeyFault(key);
    if (fault !== undefined) throw keyringInvalid(`The key ${key.keyId} cannot be trusted: ${fault}`, { hint: HINT });
    const keys = this.keysOf(key.author);
    const at = keys.findIndex((known) => known.keyId === key.keyId);
    this.#authors.set(key.author, at === -1 ? [...keys, key] : keys.with(at, key));
    if (key.revoked !== undefined) this.#revoked.add(key.keyId);
  }
}

function revoked(keyId: string): MarketplaceError {
  return new MarketplaceError(`The key ${keyId} was revoked`, {
    code: 'KEY_REVOKED',
    hint: 'Ask the author for a new key. If the revocation was a mistake, remove it from trusted-keys.yaml by hand.',
  });
}

function keyNotFound(keyId: string): MarketplaceError {
  return new MarketplaceError(`The keyring holds no key ${printable(keyId)}`, {
    code: 'KEY_NOT_FOUND',
    hint: 'Give a full key id (SHA256:…) as agentmesh key list shows it.',
  });
}

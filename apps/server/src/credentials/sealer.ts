import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { MarketplaceError } from '@agentmesh/errors';
import type { CredentialKey } from './credential-keys.js';

const ALGORITHM = 'aes-256-gcm';
const FORMAT = 'v1';
/** NIST SP 800-38D, section 8.2: 96 bits. */
const NONCE_BYTES = 12;

/** Encrypts secrets for the place that they are kept for. */
export interface Sealer {
  /** `v1.<key id>.<nonce>.<ciphertext>.<tag>`, each part but the first two base64url. */
  seal(secret: string, place: string): string;
  /** Throws `CREDENTIAL_UNREADABLE` when no key opens it, or when it was sealed for another place. */
  open(sealed: string, place: string): string;
}

/**
 * AES-256-GCM with a fresh nonce a secret. The place is authenticated too, so that what was sealed for one host of one workspace opens nowhere
 * else, whoever moves rows about.
 *
 * @param keys the first one seals, all of them open
 */
export function createSealer(keys: readonly [CredentialKey, ...CredentialKey[]]): Sealer {
  const [current] = keys;
  return {
    seal: (secret, place) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, current.key, nonce).setAAD(aadOf(current.id, place));
      const parts = [nonce, Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]), cipher.getAuthTag()];
      return [FORMAT, current.id, ...parts.map((part) => part.toString('base64url'))].join('.');
    },
    open: (sealed, place) => {
      const [format, id, nonce = '', text = '', tag = ''] = sealed.split('.');
      const known = keys.find((key) => key.id === id);
      if (format !== FORMAT || known === undefined) throw unreadable('no key of this server opens it');
      try {
        const options = { authTagLength: 16 };
        const decipher = createDecipheriv(ALGORITHM, known.key, bytesOf(nonce), options);
        decipher.setAAD(aadOf(known.id, place)).setAuthTag(bytesOf(tag));
        return Buffer.concat([decipher.update(bytesOf(text)), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw unreadable('it was changed, or sealed for another place', cause);
      }
    },
  };
}

function aadOf(id: string, place: string): Buffer {
  return Buffer.from(`${FORMAT}\n${id}\n${place}`, 'utf8');
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'base64url');
}

function unreadable(why: string, cause?: unknown): MarketplaceError {
  return new MarketplaceError(`A credential cannot be opened: ${why}`, {
    code: 'CREDENTIAL_UNREADABLE',
    hint: 'Put the key that it was sealed with back into the key file, or set the credential anew.',
    cause,
  });
}

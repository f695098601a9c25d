import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { writeFileAtomic } from '@agentmesh/files';
import type { PluginSigner } from '@agentmesh/signing';
import type { Settings } from './settings.js';

/** A signing key and where it lies. */
export interface SigningKey {
  readonly signer: PluginSigner;
  readonly path: string;
}

/**
 * Loads the key named by `--key`, else the user's default key, which is made on first use.
 *
 * @param caution told when a key was made
 */
export async function signingKey(
  settings: Settings,
  named: string | undefined,
  caution: (text: string) => void,
): Promise<SigningKey> {
  const { loadSigner } = await import('@agentmesh/signing');
  const path = named === undefined ? settings.keyPath : resolve(named);
  try {
    return { signer: await loadSigner(path), path };
  } catch (error) {
    if (!isMissing(error)) throw error;
    if (named !== undefined) {
      throw new MarketplaceError(`There is no key at ${printable(path)}`, {
        code: 'KEY_NOT_FOUND',
        hint: 'Make one with: agentmesh key generate',
      });
    }
    const made = await generateKey(path);
    caution(`You had no key, so one was made: ${path}. Keep a copy of it in a safe place.`);
    return made;
  }
}

/** Makes a key pair: the private key at `path` (mode 0600), the public one beside it as `.pub.pem`. */
export async function generateKey(path: string): Promise<SigningKey> {
  const { PluginSigner, publicKeyPem, saveSigner } = await import('@agentmesh/signing');
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const signer = PluginSigner.generate();
  await saveSigner(signer, path);
  await writeFileAtomic(publicKeyPath(path), publicKeyPem(signer.publicKey));
  return { signer, path };
}

/** Where the public half of the key at `path` lies. */
export function publicKeyPath(path: string): string {
  return path.replace(/(\.pem)?$/, '.pub.pem');
}

function isMissing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && (error.code === 'ENOENT' || error.code === 'KEY_NOT_FOUND')) return true;
  return isMissing(error.cause);
}

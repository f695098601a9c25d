import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Settings } from './settings.js';
import { publicKeyPath } from './signing-key.js';

/** A key pair of the user, as `key list` shows it. */
export interface OwnKey {
  readonly name: string;
  readonly key_id: string;
  readonly path: string;
}

/** The user's key pairs, by the public half that lies beside each. */
export async function listOwnKeys(settings: Settings): Promise<OwnKey[]> {
  const folders = new Set([join(settings.userDir, 'keys'), dirname(settings.keyPath)]);
  const found = await Promise.all([...folders].map(keysIn));
  return found.flat();
}

async function keysIn(folder: string): Promise<OwnKey[]> {
  const names: readonly string[] = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const { keyId } = await import('@agentmesh/signing');
  const paths = names
    .filter((name) => name.endsWith('.pem') && !name.endsWith('.pub.pem'))
    .map((name) => join(folder, name));
  const pairs = paths.filter((path) => names.includes(basename(publicKeyPath(path))));
  return Promise.all(
    pairs.sort().map(async (path) => ({
      name: basename(path, '.pem'),
      key_id: keyId(await readFile(publicKeyPath(path), 'utf8')),
      path,
    })),
  );
}

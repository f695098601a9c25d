import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { MarketplaceError } from '@agentmesh/errors';
import { readFileLimited, writeFileAtomic } from '@agentmesh/files';
import { keyringInvalid } from './keyring-invalid.js';
import type { TrustedKey } from './trusted-key.js';

const MAX_BYTES = 1_048_576;

/**
 * Reads the keys of a `trusted-keys.yaml` of at most 1 MiB; none when there is no file.
 * The parser is loaded on first use: it takes twice as long to load as Node takes to start.
 */
export async function readKeyringFile(path: string): Promise<readonly TrustedKey[]> {
  const bytes = await readFileLimited(path, MAX_BYTES).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (bytes === undefined) return [];
  const { parseKeyring } = await import('./parse-keyring.js');
  return parseKeyring(bytes, path);
}

/** Writes `trusted-keys.yaml` in one step and makes its folder when missing. */
export async function writeKeyringFile(path: string, keys: readonly TrustedKey[]): Promise<void> {
  const { formatKeyring } = await import('./format-keyring.js');
  const bytes = Buffer.from(formatKeyring(keys));
  if (bytes.length > MAX_BYTES) throw tooManyKeys(keys.length);
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, bytes);
}

function tooManyKeys(count: number): MarketplaceError {
  return keyringInvalid(`${count} keys do not fit into a keyring file of at most ${MAX_BYTES} bytes`, {
    hint: 'Remove keys that are no longer used, or keep several keyrings.',
  });
}

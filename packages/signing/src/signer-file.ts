import { randomBytes } from 'node:crypto';
import { link, mkdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { readFileLimited, writeFileAtomic } from '@agentmesh/files';
import { PluginSigner } from './plugin-signer.js';

const MAX_BYTES = 16_384;
const OTHERS = 0o077;

/**
 * Reads a private key file. As ssh does, it refuses one that other users may read or write (POSIX only).
 *
 * @throws MarketplaceError `KEY_NOT_FOUND`, `KEY_UNSAFE`, `KEY_INVALID`, `KEY_ENCRYPTED`, `FILE_TOO_LARGE`, `FILE_NOT_REGULAR`
 */
export async function loadSigner(path: string): Promise<PluginSigner> {
  const { mode } = await stat(path).catch((cause: unknown) => {
    throw isFault(cause, 'ENOENT') ? notFound(path, cause) : cause;
  });
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0) throw unsafe(path, mode);
  return PluginSigner.fromPem((await readFileLimited(path, MAX_BYTES)).toString('utf8'));
}

/**
 * Writes the private key as PKCS#8 PEM with mode 0600, in one step; missing folders are made with mode 0700.
 * An existing file is never replaced: a lost key cannot be made again.
 *
 * @throws MarketplaceError `KEY_EXISTS`
 */
export async function saveSigner(signer: PluginSigner, path: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.new`);
  try {
    await writeFileAtomic(temporary, signer.toPem(), { mode: 0o600 });
    // A rename would replace what is there; a link fails.
    await link(temporary, path);
  } catch (error) {
    throw isFault(error, 'EEXIST') ? exists(path) : error;
  } finally {
    await rm(temporary, { force: true });
  }
}

function isFault(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function notFound(path: string, cause: unknown): MarketplaceError {
  return new MarketplaceError(`Expected a private key at ${printable(path)}, got no file`, {
    code: 'KEY_NOT_FOUND',
    hint: 'Make one first (agentmesh key generate), or give the path of the one you have.',
    cause,
  });
}

function unsafe(path: string, mode: number): MarketplaceError {
  const bits = (mode & 0o777).toString(8).padStart(3, '0');
  return new MarketplaceError(`Expected mode 600 on the private key ${printable(path)}, got ${bits}`, {
    code: 'KEY_UNSAFE',
    hint: `Other users could read or replace it: chmod 600 ${printable(path)}`,
  });
}

function exists(path: string): MarketplaceError {
  return new MarketplaceError(`Refused to replace the private key at ${printable(path)}`, {
    code: 'KEY_EXISTS',
    hint: 'Choose another path, or move the existing key away if it is no longer needed.',
  });
}

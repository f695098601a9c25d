import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { readFileLimited } from '@agentmesh/files';

const KEY_BYTES = 32;
const MAX_BYTES = 64 * 1024;
const LINE = /^[A-Za-z0-9+/]{43}=$/;

/** A key that seals credentials. */
export interface CredentialKey {
  /** Made from the key: the first 16 hex digits of its SHA-256. */
  readonly id: string;
  readonly key: Buffer;
}

/**
 * Reads the keys of a file, one a line in base64, 32 bytes each; the first seals. To rotate, put a new line first and leave the old ones until
 * every credential was set anew. Makes the file, mode 0600, where there is none.
 *
 * @throws MarketplaceError `CREDENTIAL_KEYS_INVALID` for a file that others may read, or that holds something else
 */
export async function openCredentialKeys(path: string): Promise<readonly [CredentialKey, ...CredentialKey[]]> {
  const text = (await readPrivate(path)) ?? (await makeFile(path));
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const [first, ...others] = lines.map((line) => keyOf(line.trim(), path));
  if (first === undefined) throw invalid(path, 'no key');
  return [first, ...others];
}

function keyOf(line: string, path: string): CredentialKey {
  // What stands there is not shown: it may be a key with a letter too many.
  if (!LINE.test(line)) throw invalid(path, 'a line that is not 32 bytes in base64');
  const key = Buffer.from(line, 'base64');
  return { id: createHash('sha256').update(key).digest('hex').slice(0, 16), key };
}

async function readPrivate(path: string): Promise<string | undefined> {
  const stats = await stat(path).catch(unlessAbsent);
  if (stats === undefined) return undefined;
  // Windows has no such bits and reports them all.
  if (process.platform !== 'win32' && (stats.mode & 0o077) !== 0)
    throw invalid(path, 'a mode that lets others read it');
  return (await readFileLimited(path, MAX_BYTES)).toString('utf8');
}

/** Of two servers that start at once, one makes it, and the other reads what that one made. */
async function makeFile(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const text = `${randomBytes(KEY_BYTES).toString('base64')}\n`;
  try {
    const handle = await open(path, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return text;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    return (await readPrivate(path)) ?? '';
  }
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function invalid(path: string, problem: string): MarketplaceError {
  return new MarketplaceError(`The file of credential keys ${printable(path)} has ${problem}`, {
    code: 'CREDENTIAL_KEYS_INVALID',
    hint: 'Expected one key of 32 bytes a line, in base64, in a file of mode 0600. Without the right keys, credentials cannot be opened.',
  });
}

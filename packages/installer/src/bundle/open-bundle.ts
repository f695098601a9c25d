import { join } from 'node:path';
import { digestFiles, type Tree, type TreeFile, unpackArchive } from '@agentmesh/artifact';
import { isMarketplaceError } from '@agentmesh/errors';
import { readFileLimited } from '@agentmesh/files';
import { LOCK_FILENAME } from '../state/generation.js';
import type { Lock } from '../state/locked-plugin.js';
import { parseLock } from '../state/parse-lock.js';
import { MAX_RECORD_BYTES } from '../state/workspace.js';
import { FILES_FOLDER, INDEX_FILENAME, type OfferedKey, parseIndex } from './bundle-index.js';
import { bundleInvalid } from './bundle-invalid.js';
import { type BundleLimits, DEFAULT_BUNDLE_LIMITS } from './bundle-limits.js';

/** A bundle whose bytes are what its index says, and whose index is what its lock says. Nothing of it is trusted by that. */
export interface OpenBundle {
  readonly lock: Lock;
  readonly plugins: ReadonlyMap<string, readonly TreeFile[]>;
  readonly keys: readonly OfferedKey[];
  /** Where a content of it lies. */
  readonly placeOf: (sha256: string) => string;
}

/**
 * Unpacks a bundle into an absent folder of a stage. Everything in it is taken for hostile: each content has to have the hash that is its name,
 * nothing may be missing or left over, and each plugin's files have to make up the digest of the lock.
 *
 * @throws MarketplaceError `BUNDLE_INVALID`; `FILE_TOO_LARGE`, `FILE_NOT_REGULAR`, `ARCHIVE_INVALID`, `TREE_UNSAFE`, `TREE_TOO_LARGE`; the signal's
 * reason; file system errors
 */
export async function openBundle(
  path: string,
  dir: string,
  options: { readonly limits?: Partial<BundleLimits> | undefined; readonly signal?: AbortSignal | undefined },
): Promise<OpenBundle> {
  const limits = { ...DEFAULT_BUNDLE_LIMITS, ...options.limits };
  const bytes = await readFileLimited(path, limits.maxArchiveBytes);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) throw bundleInvalid('it is not gzipped');
  const most = { maxFiles: limits.maxFiles + 2, maxBytes: limits.maxBytes };
  const stop = options.signal === undefined ? {} : { signal: options.signal };
  const tree = await unpackArchive(bytes, dir, { limits: most, ...stop });
  const contents = contentsOf(tree);
  const { plugins, keys } = parseIndex(await readText(dir, INDEX_FILENAME));
  const lock = readLock(await readText(dir, LOCK_FILENAME));
  checkContents(plugins, contents);
  checkLock(lock, plugins);
  await checkKeys(keys);
  return { lock, plugins, keys, placeOf: (sha256) => join(dir, FILES_FOLDER, sha256) };
}

/** The contents by hash. Unpacking has hashed them, so a name is all that can be wrong. */
function contentsOf({ files }: Tree): ReadonlyMap<string, TreeFile> {
  const contents = new Map<string, TreeFile>();
  const rest = new Set([INDEX_FILENAME, LOCK_FILENAME]);
  for (const file of files) {
    if (rest.delete(file.path)) continue;
    if (file.path !== `${FILES_FOLDER}/${file.sha256}`) throw bundleInvalid(`${file.path} is not what its name says`);
    contents.set(file.sha256, file);
  }
  for (const missing of rest) throw bundleInvalid(`it has no ${missing}`);
  return contents;
}

async function readText(dir: string, name: string): Promise<string> {
  return (await readFileLimited(join(dir, name), MAX_RECORD_BYTES)).toString('utf8');
}

function readLock(text: string): Lock {
  try {
    return parseLock(text, LOCK_FILENAME);
  } catch (cause) {
    if (isMarketplaceError(cause)) throw bundleInvalid(cause.message, cause);
    throw cause;
  }
}

function checkContents(
  plugins: ReadonlyMap<string, readonly TreeFile[]>,
  contents: ReadonlyMap<string, TreeFile>,
): void {
  const unused = new Set(contents.keys());
  for (const [name, files] of plugins) {
    for (const { path, size, sha256, executable } of files) {
      const content = contents.get(sha256);
      if (content === undefined) throw bundleInvalid(`${path} of ${name} is missing`);
      if (content.size !== size || content.executable !== executable) {
        throw bundleInvalid(`${path} of ${name} is not what the index says`);
      }
      unused.delete(sha256);
    }
  }
  for (const sha256 of unused) throw bundleInvalid(`no plugin of it has ${FILES_FOLDER}/${sha256}`);
}

function checkLock(lock: Lock, plugins: ReadonlyMap<string, readonly TreeFile[]>): void {
  for (const name of plugins.keys()) {
    if (!lock.has(name)) throw bundleInvalid(`its lock does not name ${name}`);
  }
  for (const [name, { content_digest: expected }] of lock) {
    const files = plugins.get(name);
    if (files === undefined) throw bundleInvalid(`it has no files of ${name}`);
    const digest = digestFiles(files);
    if (digest !== expected) throw bundleInvalid(`the files of ${name} have ${digest}, and its lock says ${expected}`);
  }
}

async function checkKeys(keys: readonly OfferedKey[]): Promise<void> {
  if (keys.length === 0) return;
  const { keyId, readPublicKey } = await import('@agentmesh/signing');
  for (const { keyId: stated, publicKey } of keys) {
    if (readIdOf(publicKey) !== stated) throw bundleInvalid('a key of it has another id than it says');
  }

  function readIdOf(pem: string): string | undefined {
    try {
      return keyId(readPublicKey(pem));
    } catch (error) {
      if (isMarketplaceError(error)) return undefined;
      throw error;
    }
  }
}

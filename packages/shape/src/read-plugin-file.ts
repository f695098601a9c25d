import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import type { StagedFile, StagedPlugin } from './staged-plugin.js';

/** A link is not followed, and a fifo that took the file's place does not block. Windows knows neither flag. */
const READ_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const DEFAULT_MAX_BYTES = 1_048_576;
const indexes = new WeakMap<readonly StagedFile[], ReadonlyMap<string, StagedFile>>();

/** What {@link readPluginFile} takes beside plugin and path. */
export interface ReadPluginFileOptions {
  /** Longest file in bytes (default 1,048,576). */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/** The file of a plugin at a path; undefined when it has none there. */
export function findPluginFile(plugin: StagedPlugin, path: string): StagedFile | undefined {
  let index = indexes.get(plugin.files);
  if (index === undefined) {
    index = new Map(plugin.files.map((file) => [file.path, file]));
    indexes.set(plugin.files, index);
  }
  return index.get(path);
}

/**
 * Reads one file of a plugin: exactly the bytes that were listed, never through a link (Agent Plugins 1.0, containment of
 * paths).
 *
 * @throws PLUGIN_FILE_NOT_FOUND, PLUGIN_FILE_TOO_LARGE; PLUGIN_FILE_UNSAFE for a path that leads through a link or is no
 * regular file; PLUGIN_FILE_CHANGED for other bytes than were listed; file system errors pass through
 */
export async function readPluginFile(
  plugin: StagedPlugin,
  path: string,
  { maxBytes = DEFAULT_MAX_BYTES, signal }: ReadPluginFileOptions = {},
): Promise<Uint8Array> {
  signal?.throwIfAborted();
  const file = findPluginFile(plugin, path);
  if (file === undefined) throw fault('PLUGIN_FILE_NOT_FOUND', path, 'a file of the plugin');
  if (!(file.size <= maxBytes)) throw fault('PLUGIN_FILE_TOO_LARGE', path, `a file of at most ${maxBytes} bytes`);
  await assertContained(plugin.root, path);
  const handle = await open(join(plugin.root, path), READ_FLAGS).catch(explainOpening(path));
  try {
    return await readListed(handle, file);
  } finally {
    await handle.close();
  }
}

async function assertContained(root: string, path: string): Promise<void> {
  const [real, realRoot] = await Promise.all([realpath(join(root, path)).catch(absentAsUndefined), realpath(root)]);
  if (real === undefined) throw fault('PLUGIN_FILE_CHANGED', path, 'the file that was listed, found none');
  if (real !== join(realRoot, path) || !real.startsWith(join(realRoot, sep)))
    throw fault('PLUGIN_FILE_UNSAFE', path, 'a path that leads through no link');
}

async function readListed(handle: FileHandle, file: StagedFile): Promise<Uint8Array> {
  const stats = await handle.stat();
  if (!stats.isFile()) throw fault('PLUGIN_FILE_UNSAFE', file.path, 'a regular file');
  // One byte more than is expected shows growth.
  const buffer = new Uint8Array(file.size + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null);
    length += bytesRead;
    if (bytesRead === 0 || length === buffer.length) break;
  }
  const bytes = buffer.subarray(0, length);
  if (createHash('sha256').update(bytes).digest('hex') !== file.sha256) {
    throw fault('PLUGIN_FILE_CHANGED', file.path, 'the bytes that were listed');
  }
  return bytes;
}

function explainOpening(path: string): (error: unknown) => never {
  return (error) => {
    const code = codeOf(error);
    if (code === 'ELOOP' || code === 'EMLINK')
      throw fault('PLUGIN_FILE_UNSAFE', path, 'a path that leads through no link');
    if (code === 'ENXIO') throw fault('PLUGIN_FILE_UNSAFE', path, 'a regular file');
    if (code === 'ENOENT') throw fault('PLUGIN_FILE_CHANGED', path, 'the file that was listed, found none');
    throw error;
  };
}

function absentAsUndefined(error: unknown): undefined {
  const code = codeOf(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  throw error;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function fault(code: string, path: string, expected: string): MarketplaceError {
  return new MarketplaceError(`Expected ${expected} at ${printable(path)}`, {
    code,
    hint: 'Fetch the plugin again, or ask its author to mend it.',
  });
}

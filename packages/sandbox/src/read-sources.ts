import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import type { SourceFile } from './engines/engine.js';
import { PluginSandboxError } from './plugin-sandbox-error.js';
import type { VerifiedTree } from './verify-tree.js';

const FILES_AT_ONCE = 16;
const GONE: ReadonlySet<string> = new Set(['EISDIR', 'ELOOP', 'ENOENT', 'ENOTDIR', 'ENXIO']);

/** Which files {@link readSources} reads, and how much. */
export interface ReadOptions {
  /** Endings with the dot. */
  readonly extensions: readonly string[];
  /** All of them together. */
  readonly maxBytes: number;
}

/**
 * Reads a verified tree's source files. Each is compared, as read, with the digest that was verified: what was exchanged
 * in between does not run.
 *
 * @throws PluginSandboxError `PLUGIN_TOO_LARGE`; MarketplaceError `TREE_TAMPERED`
 */
export async function readSources(tree: VerifiedTree, options: ReadOptions): Promise<SourceFile[]> {
  const files = tree.files.filter((file) => options.extensions.includes(extname(file.path)));
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  if (bytes > options.maxBytes) throw tooLarge(tree.manifest.name, bytes, options.maxBytes);
  const sources: SourceFile[] = [];
  for (let start = 0; start < files.length; start += FILES_AT_ONCE) {
    const batch = files.slice(start, start + FILES_AT_ONCE);
    sources.push(...(await Promise.all(batch.map((file) => readSource(tree.root, file)))));
  }
  return sources;
}

async function readSource(root: string, file: VerifiedTree['files'][number]): Promise<SourceFile> {
  const bytes = await readAsVerified(root, file);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== file.sha256) throw changed(file.path);
  return {
    path: file.path,
    bytes,
    sha256,
    get text() {
      return new TextDecoder().decode(bytes);
    },
  };
}

/** What cannot be opened as a regular file any more has changed, too. */
async function readAsVerified(root: string, file: VerifiedTree['files'][number]): Promise<Buffer> {
  try {
    return await readExactly(join(root, file.path), file.size);
  } catch (error) {
    if (error instanceof Error && 'code' in error && GONE.has(String(error.code))) throw changed(file.path);
    throw error;
  }
}

/** At most one byte more than expected is read: a file that has grown is refused, not swallowed. */
async function readExactly(path: string, size: number): Promise<Buffer> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const bytes = Buffer.alloc(size + 1);
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await handle.close();
  }
}

function changed(path: string): MarketplaceError {
  return new MarketplaceError(`${printable(path)} changed after the plugin was verified`, {
    code: 'TREE_TAMPERED',
    hint: 'Install the plugin again, and find out who writes into its folder.',
  });
}

function tooLarge(name: string, bytes: number, maxBytes: number): PluginSandboxError {
  return new PluginSandboxError(`The source files of plugin ${name} have ${bytes} bytes; at most ${maxBytes} can run`, {
    code: 'PLUGIN_TOO_LARGE',
    hint: 'Bundle and minify the plugin, or raise the limit sourceBytes.',
  });
}

import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Finding, MarketplaceError, printable } from '@agentmesh/errors';
import { readFileLimited } from '@agentmesh/files';
import { MAX_FILE_BYTES } from './file-limit.js';
import { invalidManifest } from './invalid-manifest.js';
import { MANIFEST_FILENAME } from './manifest-filename.js';
import { parseManifest } from './parse-manifest.js';
import type { PluginManifest } from './plugin-manifest.js';
import { createProblems } from './problems.js';

/** How {@link loadManifest} reads. */
export interface LoadOptions {
  /** Publishing: an unknown key is an error. Else it is left out (default false). */
  readonly strict?: boolean;
  /** Told of each warning, such as a key that was left out. */
  readonly onFinding?: (finding: Finding) => void;
}

/**
 * Reads `agent-plugin.yaml` from a folder, or a manifest file of any name.
 *
 * @throws MarketplaceError `MANIFEST_NOT_FOUND`; `MANIFEST_INVALID` with every problem as a finding, also for what is no
 * regular file, is larger than 1 MiB or is not UTF-8; other file system errors pass through
 */
export async function loadManifest(dirOrFile: string, options: LoadOptions = {}): Promise<PluginManifest> {
  const path = await findFile(dirOrFile);
  const text = decode(await readFileLimited(path, MAX_FILE_BYTES), path);
  const { manifest, findings } = parseManifest(text, { path, strict: options.strict ?? false });
  for (const finding of findings) options.onFinding?.(finding);
  return manifest;
}

async function findFile(dirOrFile: string): Promise<string> {
  const found = await statOrUndefined(dirOrFile);
  const path = found?.isDirectory() ? join(dirOrFile, MANIFEST_FILENAME) : dirOrFile;
  const file = found?.isDirectory() ? await statOrUndefined(path) : found;
  if (file === undefined) throw notFound(path);
  // Asked before opening: opening a named pipe would wait for its writer.
  if (!file.isFile()) throw invalidFile(path, 'file-not-regular', 'expected a regular file');
  if (file.size > MAX_FILE_BYTES) throw invalidFile(path, 'file-too-large', `expected at most ${MAX_FILE_BYTES} bytes`);
  return path;
}

async function statOrUndefined(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw error;
  }
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw invalidFile(path, 'file-not-utf8', 'expected UTF-8');
  }
}

function notFound(path: string): MarketplaceError {
  return new MarketplaceError(`Expected a plugin manifest at ${printable(path)}, found nothing`, {
    code: 'MANIFEST_NOT_FOUND',
    hint: `A plugin's folder holds ${MANIFEST_FILENAME}; \`agentmesh plugin init\` writes one.`,
  });
}

function invalidFile(path: string, code: string, message: string): MarketplaceError {
  const problems = createProblems();
  problems.error(code, MANIFEST_FILENAME, message);
  return invalidManifest(problems, path);
}

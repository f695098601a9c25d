import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Finding, MarketplaceError, printable } from '@agentmesh/errors';
import { readFileLimited } from '@agentmesh/files';
import { MAX_FILE_BYTES } from './compose-yaml.js';
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
  const text = decode(await readFileLimited(path, MAX_FILE_BYTES + 1), path);
  const { manifest, findings } = parseManifest(text, { path, strict: options.strict ?? false });
  for (const finding of findings) options.onFinding?.(finding);
  return manifest;
}

import type { Finding } from '@agentmesh/errors';
import { invalidManifest } from './invalid-manifest.js';
import { isPlainObject } from './is-plain-object.js';
import type { PluginManifest } from './plugin-manifest.js';
import { createProblems } from './problems.js';
import { readFields } from './read-fields.js';

/** How a manifest is read. */
export interface ReadOptions {
  /** Names the manifest in messages; nothing is read from there (default `The manifest`). */
  readonly path?: string;
  /** Publishing: an unknown key is an error. Else it is a warning, and left out (default false). */
  readonly strict?: boolean;
}

/** A manifest and what is to be said about it. */
export interface ReadManifest {
  readonly manifest: PluginManifest;
  /** Warnings only. */
  readonly findings: readonly Finding[];
}

/**
 * Reads a manifest from values that were JSON, such as an entry of a registry file, by the reading rule of formats.md.
 *
 * @throws MarketplaceError `MANIFEST_INVALID` with every problem as a finding
 */
export function manifestFromObject(value: unknown, options: ReadOptions = {}): ReadManifest {
  const problems = createProblems();
  if (!isPlainObject(value)) problems.error('mapping-expected', '', 'expected fields and their values');
  const manifest = isPlainObject(value) ? readFields(value, problems, options.strict ?? false) : undefined;
  if (manifest === undefined) throw invalidManifest(problems, options.path ?? 'The manifest');
  return { manifest, findings: problems.findings };
}

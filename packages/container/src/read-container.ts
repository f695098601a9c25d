import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { listTree, type Tree } from '@agentmesh/artifact';
import { type Finding, MarketplaceError, printable } from '@agentmesh/errors';
import { loadManifest, MANIFEST_FILENAME } from '@agentmesh/manifest';
import { containerInvalid } from './container-invalid.js';
import { createFileFindings } from './file-findings.js';
import { makeManifest } from './make-manifest.js';
import { openContainer } from './open-container.js';
import type { PluginContainer } from './plugin-container.js';
import { FOREIGN_PATHS, readForeign } from './read-foreign.js';

/** What {@link readContainer} takes beside the folder. */
export interface ReadContainerOptions {
  /** What a resolver called it: the name of a container that has no usable one. */
  readonly name?: string | undefined;
  /** Which state of its source this is, such as a commit; a version is made of it where the container has none. */
  readonly revision?: string | undefined;
  /** What `listTree` answered, for whoever has it already; what is listed is what is read. */
  readonly tree?: Tree | undefined;
}

/**
 * Tells what a plugin's folder is, and its manifest. The first of `agent-plugin.yaml`, the `plugin.json` of Agent Plugins 1.0,
 * Claude's `.claude-plugin/plugin.json`, Molecule's `plugin.yaml` and a `SKILL.md` at the root decides. Nothing is written.
 *
 * @throws MarketplaceError `MANIFEST_NOT_FOUND` for a folder with none of them; `MANIFEST_INVALID` with every problem as a finding;
 * for a foreign folder also what `listTree` throws; other file system errors pass through
 */
export async function readContainer(dir: string, options: ReadContainerOptions = {}): Promise<PluginContainer> {
  if (await hasOwnManifest(dir)) return readOwn(dir);
  const tree = options.tree ?? (await listTree(dir, { view: 'packing' }));
  const foreign = await readForeign(openContainer(dir, tree));
  if (foreign === undefined) throw notFound(dir);
  const { kind, path, fields, findings } = foreign;
  if (findings.all.some(({ severity }) => severity === 'error')) throw containerInvalid(path, findings.all);
  const { name, revision } = options;
  const manifest = makeManifest({ fields, tree, name, revision, path }, findings);
  return { kind, manifest, foreign: true, manifestPath: path, findings: findings.all };
}

/** True where something has the name of our manifest, be it what it may. */
export async function hasOwnManifest(dir: string): Promise<boolean> {
  const stats = await lstat(join(dir, MANIFEST_FILENAME)).catch(absentAsUndefined);
  return stats !== undefined;
}

async function readOwn(dir: string): Promise<PluginContainer> {
  if ((await lstat(join(dir, MANIFEST_FILENAME))).isSymbolicLink()) {
    const problem = createFileFindings(MANIFEST_FILENAME);
    problem.error('file-unsafe', 'expected a regular file, found a link');
    throw containerInvalid(MANIFEST_FILENAME, problem.all);
  }
  const findings: Finding[] = [];
  const manifest = await loadManifest(dir, { onFinding: (finding) => findings.push(finding) });
  return { kind: 'agentmesh', manifest, foreign: false, manifestPath: MANIFEST_FILENAME, findings };
}

function absentAsUndefined(error: unknown): undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  throw error;
}

function notFound(dir: string): MarketplaceError {
  const places = [MANIFEST_FILENAME, ...Object.values(FOREIGN_PATHS)];
  return new MarketplaceError(`Expected a plugin in ${printable(dir)}, found none`, {
    code: 'MANIFEST_NOT_FOUND',
    hint: `A plugin's folder holds one of ${places.join(', ')}; \`agentmesh plugin init\` writes the first.`,
  });
}

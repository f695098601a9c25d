import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { copyTree, listTree } from '@agentmesh/artifact';
import { type Finding, MarketplaceError } from '@agentmesh/errors';
import { writeFileAtomic } from '@agentmesh/files';
import { MANIFEST_FILENAME } from '@agentmesh/manifest';
import { containerInvalid } from './container-invalid.js';
import { convertMcp, MCP_PATHS } from './convert-mcp.js';
import { createFileFindings } from './file-findings.js';
import { formatForeign } from './format-foreign.js';
import { type OpenContainer, openContainer } from './open-container.js';
import { AGENT_PLUGINS_SCHEMA } from './read-agent-plugin.js';
import { readContainer } from './read-container.js';
import { FOREIGN_PATHS } from './read-foreign.js';
import { readJsonObject } from './read-json-object.js';
import { readSkillPlugin } from './read-skill-plugin.js';

/** What {@link exportContainer} takes beside the folder. */
export interface ExportContainerOptions {
  readonly to: 'agent-plugins' | 'claude';
  /** Absent or empty folder that the copy is put into. */
  readonly target: string;
  readonly signal?: AbortSignal;
}

/** What {@link exportContainer} did. */
export interface ExportedContainer {
  /** Of the file that says what the copy is, relative to the target. */
  readonly manifestPath: string;
  /** What the other side has no place for. */
  readonly findings: readonly Finding[];
}

type Written = ReadonlyMap<string, string>;

/**
 * Copies a plugin into another folder as a plugin of another format: without `agent-plugin.yaml`, whose signature would not fit any
 * more, and with the files that the format needs. A file of that format that the plugin has already stays as it is.
 *
 * @throws MarketplaceError `EXPORT_CONFLICT` where something else has the name of such a file; `MANIFEST_INVALID` where the plugin
 * cannot be named there; `TARGET_NOT_EMPTY`; what {@link readContainer} and `copyTree` throw
 */
export async function exportContainer(dir: string, options: ExportContainerOptions): Promise<ExportedContainer> {
  const { to, target, signal } = options;
  const manifestPath = FOREIGN_PATHS[to];
  const tree = await listTree(dir, { view: 'packing', ...(signal === undefined ? {} : { signal }) });
  const files = openContainer(dir, tree);
  const [manifestFile, findings] = await makeManifestFile(dir, to, files);
  const [mcpFile, ofMcp] = await makeMcpFile(to, files);
  const folder = await findSkillFolder(files, tree.files);
  await copyTree(dir, join(target, folder), { view: 'packing', ...(signal === undefined ? {} : { signal }) });
  await rm(join(target, folder, MANIFEST_FILENAME), { force: true });
  for (const [path, text] of [...manifestFile, ...mcpFile]) {
    await mkdir(dirname(join(target, path)), { recursive: true });
    await writeFileAtomic(join(target, path), text);
  }
  return { manifestPath, findings: [...findings, ...ofMcp] };
}

async function makeManifestFile(
  dir: string,
  to: ExportContainerOptions['to'],
  files: OpenContainer,
): Promise<[Written, readonly Finding[]]> {
  const path = FOREIGN_PATHS[to];
  const findings = createFileFindings(path);
  const { manifest } = await readContainer(dir);
  if (files.has(path)) {
    const json = readJsonObject(await files.read(path), createFileFindings(path));
    const isOfFormat = json !== undefined && (to === 'claude' || json.fields.$schema === AGENT_PLUGINS_SCHEMA);
    if (!isOfFormat) throw conflict(path);
    return [new Map(), []];
  }
  const text = formatForeign(manifest, to, findings);
  if (text === undefined) throw containerInvalid(path, findings.all);
  return [new Map([[path, text]]), findings.all];
}

async function makeMcpFile(
  to: ExportContainerOptions['to'],
  files: OpenContainer,
): Promise<[Written, readonly Finding[]]> {
  const from = MCP_PATHS[to === 'claude' ? 'agent-plugins' : 'claude'];
  if (!files.has(from) || files.has(MCP_PATHS[to])) return [new Map(), []];
  const findings = createFileFindings(from);
  const json = readJsonObject(await files.read(from), findings);
  // It names no server that anybody could start, so nothing is lost with it.
  if (json === undefined) return [new Map(), findings.all.map((finding) => ({ ...finding, severity: 'warning' }))];
  const text = `${JSON.stringify(convertMcp(json, to, findings), null, 2)}\n`;
  return [new Map([[MCP_PATHS[to], text]]), findings.all];
}

/** A plugin that is one skill and nothing else goes where both formats look for skills. */
async function findSkillFolder(files: OpenContainer, all: readonly { readonly path: string }[]): Promise<string> {
  const isMore = all.some(({ path }) =>
    /^(?:(?:skills|agents|rules|commands|hooks|\.claude-plugin)\/|\.?mcp\.json$|plugin\.json$)/.test(path),
  );
  if (!files.has(FOREIGN_PATHS.skill) || isMore) return '';
  const findings = createFileFindings(FOREIGN_PATHS.skill);
  const { name = '' } = readSkillPlugin(await files.read(FOREIGN_PATHS.skill), findings);
  return /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name) && name.length <= 64 ? `skills/${name}` : '';
}

function conflict(path: string): MarketplaceError {
  return new MarketplaceError(`The plugin has a file ${path} that is of another format`, {
    code: 'EXPORT_CONFLICT',
    hint: 'Rename the file in a copy of the plugin, and export that.',
  });
}

import { join } from 'node:path';
import { type Finding, isMarketplaceError, printable } from '@agentmesh/errors';
import { readFileLimited } from '@agentmesh/files';
import { ALLOWED_NODE_MODULES, findEntry, isBlockedModule } from '@agentmesh/manifest';
import { entryGraph, type GraphReference } from './entry-graph.js';
import { hasFunctions } from './has-functions.js';
import type { FileReferences } from './module-reference.js';
import type { PublishedFiles } from './published-files.js';
import { findReader } from './scan-language.js';

/** Bundles are larger than sources; publishing has the time to read them. */
const MAX_BUNDLED_BYTES = 16 * 1024 * 1024;
const ALLOWED: ReadonlySet<string> = new Set(ALLOWED_NODE_MODULES);

/** See `checkBundled`. */
export async function findUnbundled(plugin: PublishedFiles): Promise<readonly Finding[]> {
  const { manifest, tree } = plugin;
  const paths = tree.files.map(({ path }) => path);
  let entry: string;
  try {
    entry = findEntry(manifest, paths);
  } catch (error) {
    if (!isMarketplaceError(error)) throw error;
    return error.code === 'ENTRY_AMBIGUOUS'
      ? [finding('entry-ambiguous', 'error', { path: 'entry' }, error.message)]
      : [];
  }
  if (!hasFunctions(manifest, paths)) return [];
  const graph = await entryGraph(entry, tree.files, (path) => readScript(plugin, path));
  return [...graph.bare.flatMap(checkBare), ...graph.missing.map(missing)];
}

async function readScript({ dir, files }: PublishedFiles, path: string): Promise<FileReferences> {
  const reader = /\.[cm]?[jt]s$/i.test(path) ? findReader(path) : undefined;
  if (reader === undefined) return { references: [] };
  const bytes = files?.get(path) ?? (await readFileLimited(join(dir, path), MAX_BUNDLED_BYTES));
  return reader(Buffer.from(bytes).toString('utf8'));
}

function checkBare(reference: GraphReference): readonly Finding[] {
  const { specifier } = reference;
  const shown = printable(specifier, 80);
  if (isBlockedModule(specifier)) {
    return [finding('restricted-import', 'error', reference, `imports ${shown}, which no plugin may use`)];
  }
  if (ALLOWED.has(specifier.replace(/^node:/, ''))) return [];
  const message = `imports ${shown}, which is not among the plugin's files: bundle it, e.g. with esbuild --bundle`;
  return [finding('import-not-bundled', 'error', reference, message)];
}

function missing(reference: GraphReference): Finding {
  const message = `imports ${printable(reference.specifier, 80)}, which is not among the plugin's files`;
  return finding('import-missing', 'warning', reference, message);
}

function finding(
  code: string,
  severity: Finding['severity'],
  { path, line }: { readonly path: string; readonly line?: number },
  message: string,
): Finding {
  return { code, severity, path, ...(line === undefined ? {} : { line }), message };
}

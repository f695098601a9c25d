import { findEntry, runtimeOf } from '@agentmesh/manifest';
import type { Engine } from './engines/engine.js';
import { PluginSandboxError } from './plugin-sandbox-error.js';
import { readSources } from './read-sources.js';
import type { SandboxLimits } from './sandbox-limits.js';
import type { VerifiedTree } from './verify-tree.js';

/** What makes a verified plugin into a CALL. */
export interface CallParts {
  readonly engine: Engine;
  readonly limits: SandboxLimits;
  readonly function: string;
  /** JSON text. */
  readonly input: string;
}

/**
 * The CALL's JSON: the function, its input and the plugin itself, whose sources the host reads so that the guest need not.
 *
 * @throws MarketplaceError `NO_ENTRY`, `ENTRY_AMBIGUOUS`, `TREE_TAMPERED`; PluginSandboxError `SANDBOX_UNAVAILABLE` for a
 * runtime without an engine, `PLUGIN_TOO_LARGE`, `TYPESCRIPT_UNSUPPORTED`
 */
export async function prepareCall(tree: VerifiedTree, parts: CallParts): Promise<string> {
  const { engine, limits } = parts;
  const { manifest } = tree;
  const entry = findEntry(manifest, sourcePaths(tree));
  checkEngine(engine, manifest, entry);
  const { extensions } = engine.capabilities;
  const files = await readSources(tree, { extensions, maxBytes: limits.sourceBytes });
  const prepared = engine.prepare({ entry, files }, manifest);
  const { resultBytes, errorUnits } = limits;
  const call = JSON.stringify({ ...prepared, function: parts.function, resultBytes, errorUnits });
  return `{"input":${parts.input},${call.slice(1)}`;
}

function* sourcePaths(tree: VerifiedTree): Iterable<string> {
  for (const file of tree.files) yield file.path;
}

function checkEngine(engine: Engine, manifest: VerifiedTree['manifest'], entry: string): void {
  const runtime = runtimeOf(manifest, entry);
  const wanted = runtime === 'javascript' ? (manifest.engine ?? engine.id) : runtime;
  if (engine.capabilities.runtimes.includes(runtime) && wanted === engine.id) return;
  throw new PluginSandboxError(`Plugin ${manifest.name} needs the engine ${wanted}, which is not available`, {
    code: 'SANDBOX_UNAVAILABLE',
    hint: `This sandbox runs ${engine.capabilities.runtimes.join(', ')} with the engine ${engine.id}.`,
  });
}

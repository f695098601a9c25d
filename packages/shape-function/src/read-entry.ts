import { type Finding, isMarketplaceError } from '@agentmesh/errors';
import { findEntry, MANIFEST_FILENAME } from '@agentmesh/manifest';
import { findPluginFile, type StagedPlugin } from '@agentmesh/shape';

/** The module of a plugin whose exported functions can be called. */
export interface PluginEntry {
  /** Path in the plugin. */
  readonly file: string;
}

/** What {@link readEntry} answers. */
export interface PluginEntryFound {
  /** Undefined for a plugin that has nothing to run, and for one of which it is not clear what. */
  readonly entry: PluginEntry | undefined;
  readonly findings: readonly Finding[];
}

const WASM = /\.wasm$/;
const RUNNABLE = /\.(?:[cm]?js|ts|py|wasm)$/;

/**
 * Finds the entry of a plugin as the sandbox does: `entry` of its manifest; else a file of its name, or `index`. A plugin that names none and has none
 * has no functions, which is no fault.
 */
export function readEntry(plugin: StagedPlugin): PluginEntryFound {
  const { entry } = plugin.manifest;
  if (entry !== undefined && typeof entry !== 'string') {
    return { entry: undefined, findings: [fault('entry-invalid', 'expected the path of a file as the entry')] };
  }
  try {
    const paths = plugin.files.map(({ path }) => path);
    const file = findEntry({ name: plugin.name, ...(entry === undefined ? {} : { entry }) }, paths);
    if (!RUNNABLE.test(file))
      return {
        entry: undefined,
        findings: [fault('entry-invalid', 'expected JavaScript, TypeScript, Python or WebAssembly', file)],
      };
    if (WASM.test(file) || findPluginFile(plugin, file)?.size !== 0) return { entry: { file }, findings: [] };
    return { entry: undefined, findings: [fault('entry-empty', 'expected functions, got nothing', file)] };
  } catch (error) {
    if (!isMarketplaceError(error)) throw error;
    if (error.code === 'NO_ENTRY' && entry === undefined) return { entry: undefined, findings: [] };
    const code = error.code === 'ENTRY_AMBIGUOUS' ? 'entry-ambiguous' : 'entry-missing';
    return { entry: undefined, findings: [fault(code, error.message)] };
  }
}

function fault(code: string, message: string, path: string = MANIFEST_FILENAME): Finding {
  return { code, severity: 'error', path, message };
}

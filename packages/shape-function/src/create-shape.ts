import { type Finding, isMarketplaceError } from '@agentmesh/errors';
import {
  findPluginFile,
  readPluginFile,
  registerEach,
  type ShapeAdapter,
  type StagedPlugin,
  takeBack,
} from '@agentmesh/shape';
import { type PluginEntryFound, readEntry } from './read-entry.js';

const SHAPE = 'function';
/** Bytes of an entry; what the sandbox takes of all sources together. */
const MAX_BYTES = 16_777_216;

/**
 * The shape `function`: a module whose exported functions are called in the sandbox. What is registered, under the plugin's name, is where the module
 * is and what its bytes are, for a runtime that calls it; nothing of it is loaded or run.
 */
export function createShape(): ShapeAdapter {
  return {
    shape: SHAPE,
    async detect(plugin) {
      const { entry, findings } = readEntry(plugin);
      return entry !== undefined || findings.length > 0;
    },
    check: async (plugin) => (await readWhole(plugin)).findings,
    async activate(plugin, context) {
      const { entry, findings } = await readWhole(plugin);
      const steps = (entry === undefined ? [] : [entry]).map(({ file }) => {
        const sha256 = findPluginFile(plugin, file)?.sha256;
        const value = { plugin: plugin.name, version: plugin.version, entry: file, sha256 };
        return { path: file, register: () => context.registerGraph({ name: plugin.name, value }) };
      });
      return registerEach({ shape: SHAPE, plugin, context, steps, findings });
    },
    deactivate: takeBack,
  };
}

/** The entry, when its bytes are those that were listed. */
async function readWhole(plugin: StagedPlugin): Promise<PluginEntryFound> {
  const found = readEntry(plugin);
  if (found.entry === undefined) return found;
  const { file: path } = found.entry;
  try {
    await readPluginFile(plugin, path, { maxBytes: MAX_BYTES });
    return found;
  } catch (error) {
    const message = isMarketplaceError(error) ? error.message : 'it cannot be read';
    const finding: Finding = { code: 'entry-unreadable', severity: 'error', path, message };
    return { entry: undefined, findings: [finding] };
  }
}

import { isPluginName } from '@agentmesh/manifest/plugin-name';
import type { Lock, LockedPlugin } from './locked-plugin.js';
import type { MadeManifest } from './made-manifest.js';
import { stateCorrupt } from './state-corrupt.js';

const VERSION = 1;
const TEXTS = ['version', 'source', 'resolved', 'content_digest'] as const;
const OPTIONAL_TEXTS = ['revision', 'integrity', 'key_id'] as const;

/**
 * Reads `agentmesh.lock`. Keys that this version does not know are left out.
 *
 * @param path named in errors
 * @throws MarketplaceError `STATE_CORRUPT`
 */
export function parseLock(text: string, path: string): Lock {
  const file = parseJson(text, path);
  if (!isRecord(file) || file.lockfile_version !== VERSION || !isRecord(file.plugins)) {
    throw stateCorrupt(path, `no lock of version ${VERSION}`);
  }
  const plugins = new Map<string, LockedPlugin>();
  for (const [name, value] of Object.entries(file.plugins)) {
    if (!isPluginName(name)) throw stateCorrupt(path, `no plugin name: ${name}`);
    plugins.set(name, readPlugin(value, `${path} (${name})`));
  }
  return plugins;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw stateCorrupt(path, 'no JSON', cause);
  }
}

function readPlugin(value: unknown, path: string): LockedPlugin {
  if (!isRecord(value)) throw stateCorrupt(path, 'no object');
  const [version, source, resolved, content_digest] = TEXTS.map((key) => readText(value[key], key, path));
  const { dependencies, requested } = value;
  if (!isTexts(dependencies)) throw stateCorrupt(path, 'dependencies is no list of strings');
  if (typeof requested !== 'boolean') throw stateCorrupt(path, 'requested is no boolean');
  if (version === undefined || source === undefined || resolved === undefined || content_digest === undefined) {
    throw stateCorrupt(path, 'a field is missing');
  }
  return {
    version,
    source,
    resolved,
    content_digest,
    dependencies,
    requested,
    ...readOptional(value, path),
    ...readEngine(value.engine, path),
    ...readUnpinned(value.unpinned, path),
    ...readMade(value.made_manifest, path),
  };
}

function readOptional(value: Record<string, unknown>, path: string): Partial<LockedPlugin> {
  const present = OPTIONAL_TEXTS.filter((key) => value[key] !== undefined);
  return Object.fromEntries(present.map((key) => [key, readText(value[key], key, path)]));
}

function readEngine(value: unknown, path: string): Pick<LockedPlugin, 'engine'> {
  if (value === undefined) return {};
  if (value === 'quickjs' || value === 'node') return { engine: value };
  throw stateCorrupt(path, 'engine is neither quickjs nor node');
}

function readUnpinned(value: unknown, path: string): Pick<LockedPlugin, 'unpinned'> {
  if (value === undefined || value === false) return {};
  if (value === true) return { unpinned: true };
  throw stateCorrupt(path, 'unpinned is no boolean');
}

function readMade(value: unknown, path: string): Pick<LockedPlugin, 'made_manifest'> {
  if (value === undefined) return {};
  // It came out of JSON, so that every value of it is one. What it says is checked where it is used.
  if (isRecord(value)) return { made_manifest: value as MadeManifest };
  throw stateCorrupt(path, 'made_manifest is no object');
}

function readText(value: unknown, key: string, path: string): string {
  if (typeof value === 'string') return value;
  throw stateCorrupt(path, `${key} is no string`);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { checkPath, type TreeFile } from '@agentmesh/artifact';
import { isPluginName } from '@agentmesh/manifest';
import { isTreeFile } from '../state/tree-record.js';
import { isSha256 } from '../store/file-place.js';
import { bundleInvalid } from './bundle-invalid.js';

/** Name of the index in a bundle. Beside it lie `agentmesh.lock` and one `files/<sha256>` for each content. */
export const INDEX_FILENAME = 'bundle.json';
/** Folder of the contents in a bundle. */
export const FILES_FOLDER = 'files';

const VERSION = 1;
const MAX_KEYS = 10_000;

/** A public key that a bundle brings along. Offered, not trusted: whoever made the bundle wrote it. */
export interface OfferedKey {
  readonly author: string;
  /** `SHA256:…` */
  readonly keyId: string;
  /** SPKI PEM. */
  readonly publicKey: string;
}

/** What the index of a bundle says. */
export interface BundleIndex {
  /** Files of each plugin, by its name. */
  readonly plugins: ReadonlyMap<string, readonly TreeFile[]>;
  readonly keys: readonly OfferedKey[];
}

/** The text of {@link INDEX_FILENAME}: two-space JSON, sorted, no times; the same plugins and keys give the same bytes. */
export function formatIndex({ plugins, keys }: BundleIndex): string {
  const names = [...plugins.keys()].sort();
  const listed = names.map((name) => {
    const files = (plugins.get(name) ?? []).map(({ path, size, sha256, executable }) => ({
      executable,
      path,
      sha256,
      size,
    }));
    return [name, { files }];
  });
  const offered = [...keys].sort((a, b) => (a.keyId + a.author < b.keyId + b.author ? -1 : 1));
  const shown = offered.map(({ author, keyId, publicKey }) => ({ author, key_id: keyId, public_key: publicKey }));
  const index = { bundle_version: VERSION, keys: shown, plugins: Object.fromEntries(listed) };
  return `${JSON.stringify(index, null, 2)}\n`;
}

/**
 * Reads the index of a bundle. The keys are not looked into here.
 *
 * @throws MarketplaceError `BUNDLE_INVALID`
 */
export function parseIndex(text: string): BundleIndex {
  const index = parseJson(text);
  if (!isRecord(index)) throw bundleInvalid(`${INDEX_FILENAME} is no object`);
  const { bundle_version: version, plugins, keys } = index;
  if (version !== VERSION) throw bundleInvalid(`it has version ${String(version)}, and only ${VERSION} is known here`);
  if (!isRecord(plugins)) throw bundleInvalid(`${INDEX_FILENAME} names no plugins`);
  if (!Array.isArray(keys) || keys.length > MAX_KEYS) throw bundleInvalid(`${INDEX_FILENAME} has no list of keys`);
  return {
    plugins: new Map(Object.entries(plugins).map(([name, plugin]) => [name, readFiles(name, plugin)])),
    keys: keys.map(readKey),
  };
}

function readFiles(name: string, plugin: unknown): readonly TreeFile[] {
  if (!isPluginName(name)) throw bundleInvalid(`${name} is no name of a plugin`);
  if (!isRecord(plugin) || !Array.isArray(plugin.files) || !plugin.files.every(isSafeFile)) {
    throw bundleInvalid(`the files of ${name} are no list of files`);
  }
  return plugin.files;
}

function isSafeFile(value: unknown): value is TreeFile {
  return isTreeFile(value) && value.size >= 0 && isSha256(value.sha256) && checkPath(value.path) === undefined;
}

function readKey(value: unknown): OfferedKey {
  if (isRecord(value)) {
    const { author, key_id: keyId, public_key: publicKey } = value;
    if (typeof author === 'string' && typeof keyId === 'string' && typeof publicKey === 'string') {
      return { author, keyId, publicKey };
    }
  }
  throw bundleInvalid('a key of it has no author, id or text');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw bundleInvalid(`${INDEX_FILENAME} is no JSON`, cause);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { join, relative, resolve, sep } from 'node:path';
import { readFileLimited } from '@agentmesh/files';
import { extensionInvalid, type NamedExtension } from './extension-invalid.js';

/** What matters of a `package.json`. */
export interface PackageFile {
  readonly version: string;
  /** Path of its ECMAScript module. */
  readonly entry: string;
  /** Names of the packages that it needs to run. */
  readonly dependencies: readonly string[];
}

const MAX_BYTES = 1_048_576;
const CONDITIONS: readonly string[] = ['node', 'import', 'module-sync', 'default'];
const NEEDED = ['dependencies', 'optionalDependencies', 'peerDependencies'] as const;

/**
 * Reads a package's `package.json` as Node does for an import (https://nodejs.org/api/packages.html, "Package entry points").
 *
 * @throws MarketplaceError `RESOLVER_INVALID`, `SHAPE_INVALID`; file system errors pass through
 */
export async function readPackage(folder: string, pack: NamedExtension): Promise<PackageFile> {
  const file = parse(await readFileLimited(join(folder, 'package.json'), MAX_BYTES), pack);
  const target = findTarget(file.exports) ?? (file.exports === undefined ? (file.main ?? './index.js') : undefined);
  if (typeof target !== 'string') throw extensionInvalid(pack, 'names no module to import');
  const entry = resolve(folder, target);
  const inside = relative(folder, entry);
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`)) {
    throw extensionInvalid(pack, 'names a module outside of itself');
  }
  const version = typeof file.version === 'string' ? file.version : '';
  return { version, entry, dependencies: NEEDED.flatMap((key) => Object.keys(Object(file[key]))) };
}

function parse(bytes: Uint8Array, pack: NamedExtension): Readonly<Record<string, unknown>> {
  try {
    return Object.fromEntries(Object.entries(JSON.parse(Buffer.from(bytes).toString('utf8'))));
  } catch (cause) {
    throw extensionInvalid(pack, 'has a package.json that is none', cause);
  }
}

/** The first fitting target of `exports`; undefined when there is none. */
function findTarget(exports: unknown): string | undefined {
  if (typeof exports === 'string') return exports;
  if (typeof exports !== 'object' || exports === null || Array.isArray(exports)) return undefined;
  for (const [key, value] of Object.entries(exports)) {
    if (key !== '.' && !CONDITIONS.includes(key)) continue;
    const found = findTarget(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

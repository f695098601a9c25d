import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { NamedExtension } from './extension-invalid.js';
import { hashFolder } from './hash-folder.js';
import { readPackage } from './read-package.js';

const MAX_PACKAGES = 500;
/** What npm lets a package be called; anything else would be a path. */
const PACKAGE = /^(?:@[\w~-][\w.~-]*\/)?[\w~-][\w.~-]*$/;

/**
 * What a package and all that it depends on are made of, as text: a line for each, with the hash of its files. A dependency that
 * is not there is not told; without it the package does not load.
 *
 * @param folder of the package, links followed
 * @throws MarketplaceError `RESOLVER_INVALID`, `SHAPE_INVALID`; file system errors pass through
 */
export async function fingerprint(folder: string, { kind, name }: NamedExtension): Promise<Uint8Array> {
  const seen = new Map<string, string>([[folder, name]]);
  const lines: string[] = [];
  for (const [at, called] of seen) {
    lines.push(`${called} ${await hashFolder(at, { kind, name: called })}`);
    const { dependencies } = await readPackage(at, { kind, name: called }).catch(() => ({
      dependencies: [] as readonly string[],
    }));
    for (const dependency of dependencies.filter((one) => PACKAGE.test(one))) {
      const found = await findDependency(at, dependency);
      if (found !== undefined && seen.size < MAX_PACKAGES && !seen.has(found)) seen.set(found, dependency);
    }
  }
  return Buffer.from(`agentmesh ${kind} ${name}\n${lines.slice(1).toSorted().join('\n')}\n${lines[0]}\n`);
}

/** Looks where Node would look: in each `node_modules` from here upwards. */
async function findDependency(from: string, name: string): Promise<string | undefined> {
  for (let at = from; ; at = dirname(at)) {
    const found = await realpath(join(at, 'node_modules', name)).catch(() => undefined);
    if (found !== undefined) return found;
    if (dirname(at) === at) return undefined;
  }
}

import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { fingerprint } from './fingerprint.js';
import { readPackage } from './read-package.js';
import type { ResolverPackage } from './resolver-package.js';
import { isResolverPackageName } from './resolver-package-name.js';

/** What {@link findResolverPackage} takes. */
export interface FindResolverOptions {
  /** Folders with a `node_modules` in them, the first that has the package counts. */
  readonly folders: readonly string[];
}

/**
 * Finds a package by its name, and what it is made of. Nothing of it is run.
 *
 * @throws MarketplaceError `RESOLVER_INVALID` for a name against the convention `agentmesh-resolver-*`, and for a package without
 * a module; `RESOLVER_NOT_FOUND`; file system errors pass through
 */
export async function findResolverPackage(name: string, { folders }: FindResolverOptions): Promise<ResolverPackage> {
  if (!isResolverPackageName(name)) {
    throw new MarketplaceError(`Expected the name of a resolver package, got "${printable(name, 140)}"`, {
      code: 'RESOLVER_INVALID',
      hint: 'Such packages are called agentmesh-resolver-NAME, or @scope/agentmesh-resolver-NAME.',
    });
  }
  for (const place of folders) {
    const root = join(place, 'node_modules');
    const folder = await realpath(join(root, name)).catch(absentAsUndefined);
    if (folder === undefined) continue;
    const { version, entry } = await readPackage(folder, name);
    return { name, version, folder, root, entry, content: await fingerprint(folder, name) };
  }
  throw new MarketplaceError(`The resolver package ${name} is not installed`, {
    code: 'RESOLVER_NOT_FOUND',
    hint: `Install it where it is looked for, with: npm install ${name}`,
  });
}

function absentAsUndefined(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
    return undefined;
  throw error;
}

import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import type { Extension } from './extension.js';
import { EXTENSION_RULES, type ExtensionKind, isExtensionName } from './extension-kind.js';
import { fingerprint } from './fingerprint.js';
import { readPackage } from './read-package.js';

/** What {@link findExtension} takes. */
export interface FindExtensionOptions {
  readonly kind: ExtensionKind;
  /** Folders with a `node_modules` in them, the first that has the package counts. */
  readonly folders: readonly string[];
}

/**
 * Finds a package by its name, and what it is made of. Nothing of it is run.
 *
 * @throws MarketplaceError `RESOLVER_INVALID`, `SHAPE_INVALID` for a name against the convention `agentmesh-KIND-*`, and for a package without
 * a module; `RESOLVER_NOT_FOUND`, `SHAPE_NOT_FOUND`; file system errors pass through
 */
export async function findExtension(name: string, { kind, folders }: FindExtensionOptions): Promise<Extension> {
  const { invalid, missing } = EXTENSION_RULES[kind];
  if (!isExtensionName(kind, name)) {
    throw new MarketplaceError(`Expected the name of a ${kind} package, got "${printable(name, 140)}"`, {
      code: invalid,
      hint: `Such packages are called agentmesh-${kind}-NAME, or @scope/agentmesh-${kind}-NAME.`,
    });
  }
  for (const place of folders) {
    const root = join(place, 'node_modules');
    const folder = await realpath(join(root, name)).catch(absentAsUndefined);
    if (folder === undefined) continue;
    const { version, entry } = await readPackage(folder, { kind, name });
    return { kind, name, version, folder, root, entry, content: await fingerprint(folder, { kind, name }) };
  }
  throw new MarketplaceError(`The ${kind} package ${name} is not installed`, {
    code: missing,
    hint: `Install it where it is looked for, with: npm install ${name}`,
  });
}

function absentAsUndefined(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
    return undefined;
  throw error;
}

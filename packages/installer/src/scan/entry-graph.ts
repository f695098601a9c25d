import { posix } from 'node:path';
import type { TreeFile } from '@agentmesh/artifact';
import type { FileReferences, ModuleReference } from './module-reference.js';

const EXTENSIONS = ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.json', '/index.js', '/index.cjs', '/index.ts'];

/** A module that a file of the entry's graph names. */
export interface GraphReference extends ModuleReference {
  /** The file that names it. */
  readonly path: string;
}

/** What the files that the entry reaches name outside of themselves. */
export interface EntryGraph {
  /** Bare specifiers: packages and built-ins. */
  readonly bare: readonly GraphReference[];
  /** Relative specifiers that lead to no file of the tree. */
  readonly missing: readonly GraphReference[];
}

/**
 * Follows relative imports from the entry through the tree.
 *
 * @param read the references of one file of the tree
 */
export async function entryGraph(
  entry: string,
  files: readonly Pick<TreeFile, 'path'>[],
  read: (path: string) => Promise<FileReferences>,
): Promise<EntryGraph> {
  const paths = new Set(files.map(({ path }) => path));
  const bare: GraphReference[] = [];
  const missing: GraphReference[] = [];
  const reached = new Set([entry]);
  for (const path of reached) {
    const { references } = await read(path);
    for (const reference of references) {
      const kind = kindOf(reference.specifier);
      if (kind === 'bare') bare.push({ ...reference, path });
      if (kind !== 'relative') continue;
      const target = resolveIn(paths, path, reference.specifier);
      if (target === undefined) missing.push({ ...reference, path });
      else reached.add(target);
    }
  }
  return { bare, missing };
}

function kindOf(specifier: string): 'relative' | 'bare' | 'other' {
  if (/^\.{1,2}(?:\/|$)/.test(specifier)) return 'relative';
  // Not packages: subpath imports of the plugin's own package.json, and data that stands in the specifier itself.
  return specifier.startsWith('#') || /^data:/i.test(specifier) ? 'other' : 'bare';
}

function resolveIn(paths: ReadonlySet<string>, from: string, specifier: string): string | undefined {
  const [written = ''] = specifier.split(/[?#]/, 1);
  const target = posix.join(posix.dirname(from), written).replace(/\/$/, '');
  const extension = EXTENSIONS.find((extension) => paths.has(target + extension));
  return extension === undefined ? undefined : target + extension;
}

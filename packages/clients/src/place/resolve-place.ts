import { lstatSync, realpathSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import type { TargetKind } from '../journal/owned-target.js';

/** A place below a folder, with the links on the way to it resolved. */
export interface Place {
  /** The folder itself, resolved. */
  readonly base: string;
  /** Absolute. */
  readonly path: string;
  /** The same below the folder, `/`-separated. */
  readonly relative: string;
}

/**
 * Follows a path below a folder, whose end need not exist. Links are followed while they stay inside; a user may have linked one memory
 * file to another.
 *
 * @param options.leaf `keep` leaves a link at the end of the path as it is
 * @throws MarketplaceError `TARGET_OUTSIDE` when a link leads out of the folder or nowhere, or a file is in the way
 */
export function resolvePlace(dir: string, path: string, options: { readonly leaf: 'follow' | 'keep' }): Place {
  // A handful of names is looked up faster than a thread is asked to.
  const base = realpathSync.native(dir);
  const steps = path.split('/');
  if (steps.some((step) => step === '' || step === '.' || step === '..' || step.includes(sep)))
    throw outside(path, 'it is no plain path');
  let current = base;
  for (const [index, step] of steps.entries()) {
    const next = join(current, step);
    const isLast = index === steps.length - 1;
    const found = lstatSync(next, { throwIfNoEntry: false });
    if (found === undefined) {
      current = join(next, ...steps.slice(index + 1));
      break;
    }
    current = found.isSymbolicLink() && !(isLast && options.leaf === 'keep') ? followed(base, next, path) : next;
    if (!isLast && !lstatSync(current).isDirectory()) throw outside(path, 'a file is in the way');
  }
  return { base, path: current, relative: relative(base, current).replaceAll(sep, '/') };
}

function followed(base: string, link: string, path: string): string {
  let end: string;
  try {
    end = realpathSync.native(link);
  } catch {
    throw outside(path, 'a link leads nowhere');
  }
  if (!isInside(base, end)) throw outside(path, 'a link leads out of the folder');
  return end;
}

/** How the end of a path is met: a shared file may be a link to another one of the user's, a folder or file of ours is what it is. */
export function leafOf(kind: TargetKind): 'follow' | 'keep' {
  return kind === 'memory' || kind === 'server' ? 'follow' : 'keep';
}

/** True when a resolved path is below a resolved folder. */
export function isInside(base: string, path: string): boolean {
  const from = relative(base, path);
  return from !== '' && from !== '..' && !from.startsWith(`..${sep}`) && !isAbsolute(from);
}

function outside(path: string, reason: string): MarketplaceError {
  return new MarketplaceError(`Expected ${printable(path)} inside the folder of the client; ${reason}`, {
    code: 'TARGET_OUTSIDE',
    hint: 'Replace the link by a file or folder of its own, or choose another scope.',
  });
}

import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Place, ReadBind } from './driver.js';
import { findLibraries } from './find-libraries.js';

const MAX_MODULES = 1000;
const MODULE = /\.so(?:\.\d+)*$/;

/** Collects what a program wants to have inside a box. */
export interface Placement {
  readonly place: Place;
  /** All of it, libraries included, in an order in which it can be mounted. */
  binds(): readonly ReadBind[];
}

/** A {@link Place} for a box with a file system of its own. */
export function createPlacement(): Placement {
  const hosts = new Map<string, string>();
  const place: Place = (host, inside) => {
    const real = realpathSync(host);
    hosts.set(inside, real);
    for (const binary of statSync(real).isDirectory() ? modulesOf(real) : [real]) {
      for (const [path, library] of findLibraries(binary)) hosts.set(path, realpathSync(library));
    }
    return inside;
  };
  const binds = (): ReadBind[] => {
    const all = [...hosts].map(([inside, host]) => ({ host, inside }));
    return all.toSorted((a, b) => (a.inside < b.inside ? -1 : 1));
  };
  return { place, binds };
}

function modulesOf(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => MODULE.test(name));
  return names.slice(0, MAX_MODULES).map((name) => join(folder, name));
}

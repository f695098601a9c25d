import { posix } from 'node:path';

/**
 * Paths that lie in what is asked for and in what is granted. A folder stands for all that is in it: `docs` asked and
 * `docs/public` granted are `docs/public`, and so the other way round. None of them lies in another one.
 */
export function intersectPaths(asked: readonly string[], granted: readonly string[]): string[] {
  const grants = granted.map(normalize);
  const both = asked.map(normalize).flatMap((ask) => grants.flatMap((grant) => overlap(ask, grant)));
  const unique = [...new Set(both)].sort();
  return unique.filter((path) => !unique.some((other) => other !== path && lies(path, other)));
}

function overlap(a: string, b: string): string[] {
  if (lies(a, b)) return [a];
  return lies(b, a) ? [b] : [];
}

/** True when `path` is `folder` or in it. */
function lies(path: string, folder: string): boolean {
  return folder === '.' || path === folder || path.startsWith(`${folder}/`);
}

function normalize(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

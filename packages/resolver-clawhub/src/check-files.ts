import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TreeFile } from '@agentmesh/artifact';
import { MarketplaceError, printable } from '@agentmesh/errors';
import type { ListedFile } from './clawhub-answers.js';

/** What ClawHub puts into the archives that it makes; no part of what was published. */
const ADDED = '_meta.json';

/**
 * Compares an unpacked archive with the files that the server lists for the version: path by path the same bytes, and
 * nothing else. The server's own note `_meta.json` is removed, so that what is left is what the author published.
 *
 * @param target where the files lie
 * @throws MarketplaceError `INTEGRITY_MISMATCH` naming the file; the target is empty then
 */
export async function checkFiles(
  target: string,
  files: readonly TreeFile[],
  listed: readonly ListedFile[],
): Promise<void> {
  try {
    await compare(target, files, listed);
  } catch (error) {
    for (const entry of await readdir(target)) await rm(join(target, entry), { recursive: true, force: true });
    throw error;
  }
}

async function compare(target: string, files: readonly TreeFile[], listed: readonly ListedFile[]): Promise<void> {
  const expected = new Map(listed.map(({ path, sha256 }) => [path.replace(/^\.\//, ''), sha256]));
  for (const { path, sha256 } of files) {
    const wanted = expected.get(path);
    expected.delete(path);
    if (wanted === sha256) continue;
    if (wanted !== undefined) throw mismatch(path, 'is not the file that is listed');
    if (path !== ADDED) throw mismatch(path, 'is not listed');
    await rm(join(target, ADDED));
  }
  const [missing] = expected.keys();
  if (missing !== undefined) throw mismatch(missing, 'is listed and missing');
}

function mismatch(path: string, problem: string): MarketplaceError {
  return new MarketplaceError(
    `The archive is not what ClawHub lists for this version: "${printable(path)}" ${problem}`,
    {
      code: 'INTEGRITY_MISMATCH',
      hint: 'Do not use it; tell whoever runs the server.',
    },
  );
}

import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Starts to watch folders; the function it gives lists the entries that were made, changed or removed since. */
export function watchFolders(folders: readonly string[]): () => string[] {
  const before = snapshot(folders);
  return () => {
    const after = snapshot(folders);
    return [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path));
  };
}

function snapshot(folders: readonly string[]): Map<string, string> {
  const entries = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  );
  return new Map([...folders, ...entries].map((path) => [path, fingerprint(path)]));
}

function fingerprint(path: string): string {
  const stat = lstatSync(path);
  const kind = `${stat.mode} ${stat.uid} ${stat.nlink}`;
  if (stat.isFile()) return `${kind} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
  return stat.isSymbolicLink() ? `${kind} ${readlinkSync(path)}` : kind;
}

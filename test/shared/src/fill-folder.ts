import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** What lies in a folder. */
export interface Filled {
  /** Content by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly modes: Readonly<Record<string, number>>;
}

/** Has a folder that is not there yet filled; what fails has to leave nothing, what succeeds nothing else. */
export async function fillFolder<T>(fill: (target: string) => Promise<T>): Promise<T & Filled> {
  const folder = mkdtempSync(join(tmpdir(), 'agentmesh-fill-'));
  folders.push(folder);
  const target = join(folder, 'target');
  const outcome = await settle(() => fill(target));
  const left = readdirSync(folder).filter((name) => name !== 'target' || 'error' in outcome);
  if (left.length > 0) throw new Error(`The fetch left ${left.join(', ')}`);
  if ('error' in outcome) throw outcome.error;
  const paths = listPaths(target);
  const read = (path: string): [string, string] => [path, readFileSync(join(target, path), 'utf8')];
  const mode = (path: string): [string, number] => [path, statSync(join(target, path)).mode & 0o777];
  const files = Object.fromEntries(paths.map(read));
  return { ...outcome.done, files, modes: Object.fromEntries(paths.map(mode)) };
}

async function settle<T>(work: () => Promise<T>): Promise<{ readonly done: T } | { readonly error: unknown }> {
  try {
    return { done: await work() };
  } catch (error) {
    return { error };
  }
}

function listPaths(target: string): string[] {
  return readdirSync(target, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(target.length + 1))
    .sort();
}

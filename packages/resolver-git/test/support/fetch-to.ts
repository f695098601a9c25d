import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FetchedSource, type FetchOptions, SourceRegistry, type SourceResolver } from '@agentmesh/resolver';
import { afterEach } from 'vitest';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A fetch that succeeded. */
export interface Fetched extends FetchedSource {
  /** Content by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly modes: Readonly<Record<string, number>>;
}

/** Fetches into a fresh folder; a failed fetch has left nothing in it. */
export async function fetchTo(resolver: SourceResolver, spec: string, options: FetchOptions = {}): Promise<Fetched> {
  const folder = mkdtempSync(join(tmpdir(), 'agentmesh-fetch-'));
  folders.push(folder);
  const target = join(folder, 'target');
  const registry = new SourceRegistry().register(resolver);
  const outcome = await settle(() => registry.fetch({ scheme: resolver.scheme, spec }, target, options));
  const left = readdirSync(folder).filter((name) => name !== 'target' || 'error' in outcome);
  if (left.length > 0) throw new Error(`The fetch left ${left.join(', ')}`);
  if ('error' in outcome) throw outcome.error;
  const paths = listPaths(target);
  const read = (path: string): [string, string] => [path, readFileSync(join(target, path), 'utf8')];
  const mode = (path: string): [string, number] => [path, statSync(join(target, path)).mode & 0o777];
  const files = Object.fromEntries(paths.map(read));
  return { ...outcome.fetched, files, modes: Object.fromEntries(paths.map(mode)) };
}

async function settle(
  fetch: () => Promise<FetchedSource>,
): Promise<{ readonly fetched: FetchedSource } | { readonly error: unknown }> {
  try {
    return { fetched: await fetch() };
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

/** The error that a promise rejects with. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('Expected a failure, but it succeeded');
}

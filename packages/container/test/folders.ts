import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { MarketplaceError } from '@agentmesh/errors';
import { onTestFinished } from 'vitest';

/** Contents of files by path. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

export const SCHEMA = 'https://agent-plugins.org/schemas/1.0.0/plugin.schema.json';

/** A folder with these files, which goes away with the test. */
export async function createFolder(files: Files = {}): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'container-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

/** Every file of a folder, by path. */
export async function readFolder(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files[relative(folder, path)] = await readFile(path, 'utf8');
  }
  return files;
}

/** The `plugin.json` of Agent Plugins with these fields. */
export function agentPlugin(fields: object = {}): string {
  return JSON.stringify({ $schema: SCHEMA, name: 'demo', version: '1.0.0', ...fields });
}

/** What the work rejects with: its code and the codes of its findings, errors only. */
export async function faultOf(work: Promise<unknown>): Promise<{ code: string; findings: string[] }> {
  const error: MarketplaceError = await work.then(
    () => Promise.reject(new Error('it was taken')),
    (reason) => reason,
  );
  const findings = (error.findings ?? []).filter(({ severity }) => severity === 'error').map(({ code }) => code);
  return { code: error.code, findings };
}

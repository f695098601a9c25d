import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { listTree } from '@agentmesh/artifact';
import { createManifest } from '@agentmesh/manifest';
import { afterAll } from 'vitest';
import type { Placement } from '../../src/targets/workspace-target.js';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder of its own for a test file. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'agentmesh-server-'));
  folders.push(folder);
  return folder;
}

/** Writes files below a folder. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** All files below a folder, by path; `undefined` when it is not there. */
export function readFiles(folder: string): Record<string, string> | undefined {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return undefined;
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

/** A staged plugin with its record. */
export async function stagePlugin(
  name: string,
  files: Readonly<Record<string, string>>,
  version = '1.0.0',
): Promise<Placement> {
  const stage = writeFiles(join(scratch(), 'stage'), files);
  const tree = await listTree(stage);
  const manifest = createManifest({
    name,
    version,
    description: 'A plugin.',
    author: 'alice',
    plugin_type: 'agent',
  });
  return {
    stage,
    record: {
      plugin: name,
      version,
      source: `local://${name}`,
      resolved: `local://${name}`,
      contentDigest: tree.digest,
      verification: 'unverified',
      installedAt: '2026-01-01T00:00:00.000Z',
      manifest,
      foreign: false,
      tags: [],
      skills: [],
      runtimes: [],
      files: tree.files,
    },
  };
}

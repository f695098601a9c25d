import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NpmRegistry, startNpmRegistry } from '@agentmesh/test-support';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usages } from './support/usages.js';

const root = join(import.meta.dirname, '..');
const MINUTES = 60_000;

let folder: string;
let clone: string;
let registry: NpmRegistry;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmesh-release-'));
  clone = join(folder, 'clone');
  await mkdir(join(folder, 'home'));
  registry = await startNpmRegistry({ isProxy: true });
  await cloneWorkTree();
  await pinRegistry();
}, 3 * MINUTES);

afterAll(async () => {
  await registry?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Nothing of this machine's npm settings and credentials: a home of its own, and no variable but these. */
function alone(cwd: string): { cwd: string; env: Record<string, string>; extendEnv: false } {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: join(folder, 'home'),
    TURBO_TELEMETRY_DISABLED: '1',
    GIT_AUTHOR_NAME: 't',
    GIT_AUTHOR_EMAIL: 't@localhost',
    GIT_COMMITTER_NAME: 't',
    GIT_COMMITTER_EMAIL: 't@localhost',
  };
  return { cwd, env, extendEnv: false };
}

/** A repository of its own with the files as they are now, so that a release can be tried without touching this one. */
async function cloneWorkTree(): Promise<void> {
  const { stdout } = await execa('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root });
  for (const path of stdout.split('\0').filter((path) => path !== '')) {
    await cp(join(root, path), join(clone, path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error; // deleted, and not committed yet
    });
  }
  // As they were built just now: what has not changed since is not compiled again.
  for (const path of await packageFolders()) {
    await cp(join(root, path, 'dist'), join(clone, path, 'dist'), { recursive: true, preserveTimestamps: true });
  }
  await execa('git', ['init', '--quiet', '--initial-branch=main'], alone(clone));
  await execa('pnpm', ['install', '--frozen-lockfile', '--prefer-offline'], { cwd: clone });
}

async function packageFolders(): Promise<string[]> {
  return [...(await readdir(join(clone, 'packages'))).map((name) => `packages/${name}`), 'apps/cli', 'apps/server'];
}

/** Twice over, so that no setting of this machine can send a package anywhere else: in each package, and for the folder. */
async function pinRegistry(): Promise<void> {
  for (const path of await packageFolders()) {
    const file = join(clone, path, 'package.json');
    const manifest = JSON.parse(await readFile(file, 'utf8'));
    manifest.publishConfig.registry = registry.url;
    await writeFile(file, JSON.stringify(manifest, undefined, 2));
  }
  await writeFile(join(clone, '.npmrc'), registry.npmrc);
  await writeFile(join(folder, 'home', '.npmrc'), registry.npmrc);
  await execa('git', ['add', '--all'], alone(clone));
  await execa('git', ['commit', '--quiet', '--message=now'], alone(clone));
}

async function versions(): Promise<Record<string, string>> {
  const folders = await packageFolders();
  const manifests = await Promise.all(folders.map((path) => readFile(join(clone, path, 'package.json'), 'utf8')));
  return Object.fromEntries(manifests.map((text) => JSON.parse(text)).map(({ name, version }) => [name, version]));
}

/** The package and all that depend on it, near or far: `^0.1.0` does not allow 0.2.0, so each needs a new version. */
async function dependentsOf(first: string): Promise<string[]> {
  const folders = await packageFolders();
  const texts = await Promise.all(folders.map((path) => readFile(join(root, path, 'package.json'), 'utf8')));
  const needs = new Map(
    texts.map((text) => JSON.parse(text)).map(({ name, dependencies = {} }) => [name, dependencies]),
  );
  const found = new Set([first]);
  for (const dependency of found) {
    for (const [name, dependencies] of needs) if (dependency in dependencies) found.add(name);
  }
  return [...found].sort();
}

async function release(): Promise<void> {
  await execa('pnpm', ['exec', 'changeset', 'version'], alone(clone));
  await execa('git', ['commit', '--all', '--quiet', '--message=versions'], alone(clone));
  await execa('pnpm', ['release'], alone(clone));
}

async function published(name: string): Promise<string[]> {
  const answer = await fetch(new URL(name.replace('/', '%2f'), registry.url));
  const body: unknown = await answer.json();
  return Object.keys((body as { versions: object }).versions); // the npm registry's document of a package
}

/** A project of somebody else, whose packages come from the registry of this test. */
async function foreignProject(name: string, dependency: string): Promise<string> {
  const project = join(folder, 'foreign', name);
  await mkdir(project, { recursive: true });
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'foreign', private: true, type: 'module' }));
  await execa('npm', ['install', '--no-audit', '--no-fund', dependency], alone(project));
  return project;
}

describe('a release', () => {
  it(
    'publishes every package at its first version',
    async () => {
      await release();
      const first = await versions();
      expect(new Set(Object.values(first))).toEqual(new Set(['0.1.0']));
      for (const name of Object.keys(first)) expect(await published(name)).toEqual(['0.1.0']);
    },
    5 * MINUTES,
  );

  it.each(Object.entries(usages))(
    'lets a foreign ESM project install %s alone, type-check and use it',
    async (name, usage) => {
      const project = await foreignProject(name, `${name}@0.1.0`);
      await writeFile(join(project, 'use.ts'), usage);
      const types = ['--typeRoots', join(root, 'node_modules/@types'), '--types', 'node'];
      const compiler = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', ...types, 'use.ts'];
      await execa(join(root, 'node_modules/.bin/tsc'), compiler, { cwd: project });
      const { stdout } = await execa(process.execPath, ['use.ts'], alone(project));
      expect(stdout).toContain('used');
    },
    2 * MINUTES,
  );

  it(
    'installs the command, which runs as its bin',
    async () => {
      const project = await foreignProject('cli', '@agentmesh/cli@0.1.0');
      const { stdout } = await execa(
        join(project, 'node_modules/.bin/agentmesh'),
        ['source', 'list', '--json'],
        alone(project),
      );
      expect(JSON.parse(stdout).schemes).toEqual(expect.arrayContaining(['github', 'local', 'oci']));
    },
    2 * MINUTES,
  );

  it(
    'raises one changed package and its dependents alone',
    async () => {
      const before = await versions();
      await writeFile(join(clone, '.changeset/one.md'), '---\n"@agentmesh/registry": minor\n---\n\nA change.\n');
      await execa('git', ['add', '--all'], alone(clone));
      await release();
      const after = await versions();
      const raised = Object.keys(after).filter((name) => after[name] !== before[name]);
      expect(raised.sort()).toEqual(await dependentsOf('@agentmesh/registry'));
      expect(await published('@agentmesh/registry')).toEqual(['0.1.0', '0.2.0']);
      expect(await published('@agentmesh/manifest')).toEqual(['0.1.0']);
    },
    5 * MINUTES,
  );
});

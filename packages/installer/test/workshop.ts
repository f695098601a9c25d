import { createHash } from 'node:crypto';
import { lstat, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isMarketplaceError, type MarketplaceError } from '@agentmesh/errors';
import { type InstallerOptions, PluginInstaller } from '@agentmesh/installer';
import { createManifest, type ManifestFields, type PluginManifest, saveManifest } from '@agentmesh/manifest';
import { PluginRegistry, type RegistryEntry } from '@agentmesh/registry';
import { SourceRegistry } from '@agentmesh/resolver';
import { createResolver } from '@agentmesh/resolver-local';
import { PluginSigner, signPlugin } from '@agentmesh/signing';
import { onTestFinished } from 'vitest';

export const AUTHOR = 'Ada <ada@example.org>';

export type Files = Readonly<Record<string, string | Uint8Array>>;
export type Fields = Partial<ManifestFields> & { readonly name: string };

/** A temporary folder that goes when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'agentmesh-installer-')));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** An author with a key, a registry, a folder of local plugins and a place to install to. */
export interface Workshop {
  readonly dir: string;
  readonly signer: PluginSigner;
  readonly registry: PluginRegistry;
  readonly localRoot: string;
  readonly pluginsDir: string;
  readonly stateDir: string;
  installer(options?: Partial<InstallerOptions>): PluginInstaller;
  /** Writes a plugin's folder, signs it unless told otherwise, publishes it. */
  publish(fields: Fields, files?: Files, options?: { readonly sign?: boolean }): Promise<RegistryEntry>;
  /** Lists a manifest without files. */
  register(fields: Fields): Promise<RegistryEntry>;
  /** Writes a folder below the root of the local scheme. */
  local(folder: string, fields: Fields, files?: Files, options?: { readonly sign?: boolean }): Promise<string>;
}

export async function createWorkshop(): Promise<Workshop> {
  const dir = await temporaryFolder();
  const signer = PluginSigner.generate();
  const registry = new PluginRegistry();
  const localRoot = join(dir, 'local');
  await mkdir(localRoot);
  const stateDir = join(dir, 'home', '.agentmesh');
  const pluginsDir = join(stateDir, 'plugins');
  const sources = new SourceRegistry().register(createResolver({ root: localRoot }));
  let made = 0;
  const write = async (at: string, fields: Fields, files: Files, sign: boolean): Promise<void> => {
    await rm(at, { recursive: true, force: true });
    await writeFiles(at, files);
    await saveManifest(manifestOf(fields), at);
    if (sign) await signPlugin(at, signer);
  };
  return {
    dir,
    signer,
    registry,
    localRoot,
    pluginsDir,
    stateDir,
    installer: (options = {}) => new PluginInstaller({ pluginsDir, registry, sources, ...options }),
    async publish(fields, files = { 'index.js': 'export const run = () => 1;\n' }, { sign = true } = {}) {
      made += 1;
      const at = join(dir, 'work', String(made));
      await write(at, fields, files, sign);
      return registry.publish(at, sign ? { publicKey: signer.publicKey } : {});
    },
    register: (fields) => registry.register(manifestOf(fields)),
    async local(folder, fields, files = { 'index.js': 'export const run = () => 1;\n' }, { sign = false } = {}) {
      const at = join(localRoot, folder);
      await write(at, fields, files, sign);
      return at;
    },
  };
}

export function manifestOf(fields: Fields): PluginManifest {
  return createManifest({
    version: '1.0.0',
    description: 'A plugin of a test',
    author: AUTHOR,
    plugin_type: 'validator',
    ...fields,
  });
}

export async function writeFiles(dir: string, files: Files): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
}

/** Everything below a folder: paths, kinds, modes and hashes, links followed one level at the top. */
export async function snapshot(dir: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  const top = await realpath(dir).catch(() => undefined);
  if (top !== undefined) await describe(top, '', found);
  return found;
}

async function describe(dir: string, prefix: string, found: Record<string, string>): Promise<void> {
  for (const name of (await readdir(dir)).sort()) {
    const path = join(dir, name);
    const link = (await lstat(path)).isSymbolicLink();
    const real = link && prefix === '' ? await realpath(path) : path;
    const stats = await lstat(real);
    const shown = `${prefix}${name}`;
    if (stats.isDirectory()) {
      found[shown] = 'folder';
      await describe(real, `${shown}/`, found);
    } else if (stats.isFile()) {
      const hash = createHash('sha256')
        .update(await readFile(real))
        .digest('hex');
      found[shown] = `${(stats.mode & 0o777).toString(8)} ${hash}`;
    } else found[shown] = 'other';
  }
}

/** The error of a call that must fail; anything but a MarketplaceError fails the test. */
export async function failure(call: Promise<unknown>): Promise<MarketplaceError> {
  try {
    await call;
  } catch (error) {
    if (isMarketplaceError(error)) return error;
    throw error;
  }
  throw new Error('Expected the call to fail');
}

/**
 * What no state needs: generations beyond the kept ones, trees and notes that none of those link to, stages, temporary files. After `gc` also
 * files and records of the store.
 */
export async function orphans(
  stateDir: string,
  options: { readonly keep?: number; readonly afterGc?: boolean } = {},
): Promise<readonly string[]> {
  const found: string[] = [];
  const names = await listIn(stateDir, 'generations');
  const generations = names.filter((name) => !name.endsWith('.json'));
  if (generations.length > (options.keep ?? 10)) found.push(...generations.map((name) => `generations/${name}`));
  const stray = names.filter((name) => name.endsWith('.json') && !generations.includes(name.slice(0, -5)));
  found.push(...stray.map((name) => `generations/${name}`));
  const needed = new Set<string>();
  for (const generation of generations) {
    for (const name of await readdir(join(stateDir, 'generations', generation))) {
      if (name !== 'agentmesh.lock') {
        needed.add((await realpath(join(stateDir, 'generations', generation, name))).split('/').at(-1) ?? '');
      }
    }
  }
  for (const place of ['trees', 'verified']) {
    const there = await listIn(stateDir, `store/${place}`);
    found.push(
      ...there.filter((name) => !needed.has(name.replace(/\.json$/, ''))).map((name) => `store/${place}/${name}`),
    );
  }
  found.push(...(await listIn(stateDir, 'store/stage')).map((name) => `store/stage/${name}`));
  found.push(...(await readdir(stateDir)).filter((name) => name.startsWith('.')));
  const known = ['files', 'records', 'stage', 'store.lock', 'trees', 'verified'];
  found.push(
    ...(await listIn(stateDir, 'store')).filter((name) => !known.includes(name)).map((name) => `store/${name}`),
  );
  if (options.afterGc === true) found.push(...(await unusedFiles(stateDir)));
  return found;
}

async function unusedFiles(stateDir: string): Promise<readonly string[]> {
  const used = new Set<string>();
  const locks = await listIn(stateDir, 'generations');
  const keys = new Set<string>();
  for (const generation of locks.filter((name) => !name.endsWith('.json'))) {
    const text = await readFile(join(stateDir, 'generations', generation, 'agentmesh.lock'), 'utf8');
    for (const [name, locked] of Object.entries<{ version: string; content_digest: string }>(
      JSON.parse(text).plugins,
    )) {
      const key = JSON.stringify([name, locked.version, locked.content_digest]);
      keys.add(`${createHash('sha256').update(key).digest('hex')}.json`);
    }
  }
  const found: string[] = [];
  for (const name of await listIn(stateDir, 'store/records')) {
    if (!keys.has(name)) found.push(`store/records/${name}`);
    const { files } = JSON.parse(await readFile(join(stateDir, 'store/records', name), 'utf8'));
    for (const { sha256 } of files) used.add(sha256);
  }
  for (const folder of await listIn(stateDir, 'store/files')) {
    for (const name of await listIn(stateDir, `store/files/${folder}`)) {
      if (!used.has(`${folder}${name}`)) found.push(`store/files/${folder}/${name}`);
    }
  }
  return found;
}

async function listIn(stateDir: string, place: string): Promise<readonly string[]> {
  return readdir(join(stateDir, place)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { listTree, packTree } from '@agentmesh/artifact';
import { PluginInstaller } from '@agentmesh/installer';
import { createManifest, saveManifest } from '@agentmesh/manifest';
import { PluginRegistry } from '@agentmesh/registry';
import { PluginSigner, signPlugin } from '@agentmesh/signing';
import { afterAll, test } from 'vitest';

const PLUGINS = 50;
const FILES = 100;
const FILE_BYTES = 10_486;
const AUTHOR = 'alice@example.com';

const folder = await mkdtemp(join(tmpdir(), 'store-bench-'));
const signer = PluginSigner.generate();
const trustedKeys = { [AUTHOR]: signer.publicKey };
const registry = await PluginRegistry.open({ storagePath: join(folder, 'registry.json') });
const names = Array.from({ length: PLUGINS }, (_, index) => `plugin-${index}`);

const stateDir = join(folder, 'state');
const installer = new PluginInstaller({ pluginsDir: join(stateDir, 'plugins'), registry, trustedKeys });
const project = join(folder, 'npm');
await makeBoth();

afterAll(() => rm(folder, { recursive: true, force: true }));

test(`warm install of ${PLUGINS} plugins of ${FILES} files: what is there is removed, and brought again`, async ({
  bench,
}) => {
  await bench.compare(
    bench('install with a warm store: hashes, manifests and signatures included', async () => {
      await rm(join(stateDir, 'plugins'));
      await installer.install(names);
    }),
    bench('reference: pnpm install --offline --package-import-method=copy, a process', async () => {
      await rm(join(project, 'node_modules'), { recursive: true });
      pnpm(project, ['--frozen-lockfile']);
    }),
    // Each makes 5,000 files anew.
    { iterations: 8, time: 0, warmupIterations: 1, warmupTime: 0 },
  );
}, 300_000);

test('verify 2,000 files, 50 MB', async ({ bench }) => {
  const place = join(folder, 'verified');
  const content = Array.from({ length: 1_999 }, (_, index) => [
    `lib${index % 40}/f${index}.js`,
    sourceText(index, 26_214),
  ]);
  await write(join(folder, 'local/large'), new Map(content as [string, string][]));
  const source = join(folder, 'local/large');
  await describe(source, 'large');
  await registry.publish(source, { publicKey: signer.publicKey });
  const other = new PluginInstaller({ pluginsDir: join(place, 'plugins'), registry, trustedKeys });
  const { path } = await other.install('large');
  const files = (await listTree(source)).files.map((file) => join(path, file.path));
  await bench.compare(
    bench('verifyInstalled: every byte, list, digest, signature', async () => void (await other.verifyInstalled())),
    bench('verifyTree of the same, unchanged since', async () => void (await other.verifyTree('large'))),
    bench('reference: sha256sum of the same files, a process', () => {
      spawnSync('sha256sum', files, { maxBuffer: 10_000_000 });
    }),
    { iterations: 12, time: 0, warmupIterations: 1, warmupTime: 0 },
  );
}, 300_000);

/** The same files as plugins and as packages, both with a warm store. */
async function makeBoth(): Promise<void> {
  await mkdir(project, { recursive: true });
  for (const [index, name] of names.entries()) await publish(name, index, project);
  await installer.install(names);
  const dependencies = Object.fromEntries(names.map((name) => [name, `file:${name}.tgz`]));
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'p', version: '1.0.0', dependencies }));
  await writeFile(join(project, 'pnpm-workspace.yaml'), `packages: []\nstoreDir: ${join(folder, 'pnpm-store')}\n`);
  pnpm(project, []);
}

function pnpm(cwd: string, options: readonly string[]): void {
  const args = ['install', '--offline', '--package-import-method=copy', '--ignore-scripts', ...options];
  const { status, stdout } = spawnSync('pnpm', args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(stdout);
}

async function publish(name: string, seed: number, project: string): Promise<void> {
  const dir = join(folder, 'work', name);
  const content = Array.from({ length: FILES - 1 }, (_, index) => {
    return [`lib${index % 10}/f${index}.js`, sourceText(seed * FILES + index, FILE_BYTES)] as const;
  });
  await write(dir, new Map(content));
  await cp(dir, join(folder, 'packages', name, 'package'), { recursive: true });
  const manifest = JSON.stringify({ name, version: '1.0.0' });
  await writeFile(join(folder, 'packages', name, 'package/package.json'), manifest);
  await writeFile(join(project, `${name}.tgz`), (await packTree(join(folder, 'packages', name))).bytes);
  await describe(dir, name);
  await registry.publish(dir, { publicKey: signer.publicKey });
}

async function describe(dir: string, name: string): Promise<void> {
  const fields = { name, version: '1.0.0', description: 'A plugin', author: AUTHOR, plugin_type: 'validator' } as const;
  await saveManifest(createManifest(fields), dir);
  await signPlugin(dir, signer);
}

async function write(dir: string, content: ReadonlyMap<string, string>): Promise<void> {
  for (const [path, text] of content) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
}

/** Code as plugins have it; no two files and no two lines alike. */
function sourceText(seed: number, bytes: number): string {
  const lines: string[] = [];
  for (let index = 0, length = 0; length < bytes; index += 1) {
    const number = (seed * 7919 + index * 104_729) % 1_000_003;
    const line = `export const check${index} = (text) => text.split('${number.toString(36)}').length <= ${number}; // ${seed}`;
    lines.push(line);
    length += line.length + 1;
  }
  return lines.join('\n').slice(0, bytes);
}

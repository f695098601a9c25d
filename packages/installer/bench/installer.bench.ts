import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packTree } from '@agentmesh/artifact';
import { PluginInstaller } from '@agentmesh/installer';
import { createManifest, saveManifest } from '@agentmesh/manifest';
import { PluginRegistry } from '@agentmesh/registry';
import { PluginSigner, signPlugin } from '@agentmesh/signing';
import { extract } from 'pacote';
import { afterAll, test } from 'vitest';

const FILES = 100;
const FILE_BYTES = 10_486;
const AUTHOR = 'alice@example.com';

const folder = await mkdtemp(join(tmpdir(), 'installer-bench-'));
const signer = PluginSigner.generate();
const trustedKeys = { [AUTHOR]: signer.publicKey };
const registry = await PluginRegistry.open({ storagePath: join(folder, 'registry.json') });
const files = new Map(
  Array.from({ length: FILES }, (_, index) => [`lib${index % 10}/f${index}.js`, sourceText(index)]),
);
await publish('large', files, []);
const names = Array.from({ length: 10 }, (_, index) => `dependency-${index}`);
for (const name of names) await publish(name, new Map([['index.js', sourceText(1)]]), []);
await publish('dependent', new Map([['index.js', sourceText(2)]]), names);
const archive = join(folder, 'large.tgz');
await cp(join(folder, 'large'), join(folder, 'npm/package'), { recursive: true });
await writeFile(join(folder, 'npm/package/package.json'), '{"name":"large","version":"1.0.0"}');
await writeFile(archive, (await packTree(join(folder, 'npm'))).bytes);
let runs = 0;

afterAll(() => rm(folder, { recursive: true, force: true }));

test('install a plugin of 100 files, 1 MB', async ({ bench }) => {
  const there = installer();
  await there.install('large');
  await bench.compare(
    bench('install into an empty workspace, hash and signature included', async () => {
      await installer().install('large');
    }),
    bench('install what is there already: hash and signature again', async () => void (await there.install('large'))),
    bench('verifyTree', async () => void (await there.verifyTree('large'))),
    bench('reference: pacote.extract of the same archive', async () => void (await extract(`file:${archive}`, next()))),
  );
}, 60_000);

test('install a plugin with ten dependencies', async ({ bench }) => {
  const there = installer();
  await there.install('dependent');
  await bench.compare(
    bench('into an empty workspace', async () => void (await installer().install('dependent'))),
    bench('all of them there already', async () => void (await there.install('dependent'))),
  );
}, 60_000);

function installer(): PluginInstaller {
  return new PluginInstaller({ pluginsDir: join(next(), 'plugins'), registry, trustedKeys });
}

function next(): string {
  runs += 1;
  return join(folder, 'out', String(runs));
}

async function publish(
  name: string,
  content: ReadonlyMap<string, string>,
  dependencies: readonly string[],
): Promise<void> {
  const dir = join(folder, name);
  for (const [path, text] of content) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  const fields = { name, version: '1.0.0', description: 'A plugin', author: AUTHOR, plugin_type: 'validator' } as const;
  await saveManifest(createManifest({ ...fields, dependencies }), dir);
  await signPlugin(dir, signer);
  await registry.publish(dir, { publicKey: signer.publicKey });
}

/** Code as plugins have it: imports of siblings, functions, strings, comments; no two lines alike. */
function sourceText(seed: number): string {
  const lines = [`import { check0 } from '../lib0/f0.js';`, `import { join } from 'node:path';`];
  for (let index = 0; lines.join('\n').length < FILE_BYTES; index += 1) {
    const number = (seed * 7919 + index * 104_729) % 1_000_003;
    lines.push(
      `// Rule ${number}: what came is held against the limit "${number.toString(36)}".`,
      `export function check${index}(text, limit = ${number}) {`,
      `  const words = text.split(/\\s+/).filter((word) => word !== '${number.toString(16)}');`,
      `  return { valid: words.length <= limit, path: join('a', \`\${words.length}\`), next: () => check0(text) };`,
      '}',
    );
  }
  return lines.join('\n').slice(0, FILE_BYTES);
}

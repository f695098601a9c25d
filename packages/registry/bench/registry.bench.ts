import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createManifest, type PluginManifest } from '@agentmesh/manifest';
import { PluginRegistry } from '@agentmesh/registry';
import { afterAll, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'agentmesh-bench-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const integrity = `sha512-${Buffer.alloc(64).toString('base64')}`;

function manifestOf(name: string): PluginManifest {
  return createManifest({
    name,
    version: '1.0.0',
    description: `Refuses responses over a word limit, number ${name.slice(-3)}`,
    author: 'alice@example.com',
    plugin_type: 'validator',
    capabilities: ['response-length-check', 'word-counting'],
    content_digest: `h1:${Buffer.alloc(32).toString('base64')}`,
    signature: Buffer.alloc(64).toString('base64'),
  });
}

/** A registry file with `count` published plugins, as this package writes it, with its text. */
async function fileOf(count: number): Promise<{ path: string; text: string; list: unknown[] }> {
  const list = Array.from({ length: count }, (_, index) => ({
    ...manifestOf(`plugin-${index}`),
    _registry: {
      published_at: new Date(1.7e12 + index * 1000).toISOString(),
      artifact: { integrity, size: 2048 },
      key_id: `SHA256:${'a'.repeat(43)}`,
    },
  }));
  const path = join(folder, `registry-${count}.json`);
  const text = `${JSON.stringify(list, null, 2)}\n`;
  await writeFile(path, text);
  return { path, text, list };
}

const thousand = await fileOf(1000);
const many = await fileOf(10_000);
const smaller = await PluginRegistry.open({ storagePath: thousand.path });
const larger = await PluginRegistry.open({ storagePath: many.path });
let number = 0;

function nextManifest(): PluginManifest {
  number += 1;
  return manifestOf(`new-${number}`);
}

test('open a registry file of 10,000 plugins', async ({ bench }) => {
  const { path, text } = many;
  await bench.compare(
    bench('JSON.parse of the same text alone', () => void JSON.parse(text)),
    bench('PluginRegistry.open', async () => void (await PluginRegistry.open({ storagePath: path }))),
  );
});

test('register in a warm process', async ({ bench }) => {
  const reference = join(folder, 'reference.json');
  await bench.compare(
    bench('JSON.stringify and writeFile of 10,000 plugins alone', () =>
      writeFile(reference, JSON.stringify(many.list, null, 2)),
    ),
    bench('register beside 1,000 plugins', async () => void (await smaller.register(nextManifest()))),
    bench('register beside 10,000 plugins', async () => void (await larger.register(nextManifest()))),
  );
});

test('search among 10,000 plugins', async ({ bench }) => {
  await bench.compare(
    bench('one name by key', async () => void (await larger.getPlugin('plugin-777'))),
    bench('a rare part of a name', async () => void (await larger.search('plugin-777'))),
    bench('a common word, first page', async () => void (await larger.searchPage({ text: 'RESPONSES', limit: 50 }))),
    bench('nothing', async () => void (await larger.search('no such thing'))),
    bench('everything', async () => void (await larger.search(''))),
  );
});

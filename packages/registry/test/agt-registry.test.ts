import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PluginType } from '@agentmesh/manifest';
import { PluginRegistry } from '@agentmesh/registry';
import { verifySignature } from '@agentmesh/signing';
import { describe, expect, it } from 'vitest';
import { manifestOf } from './manifests.js';
import { temporaryFolder } from './temporary-folder.js';

interface Expected {
  public_keys: Record<string, { spki_pem: string }>;
  list_all: string[];
  list_by_type: Record<string, string[]>;
  latest: Record<string, string>;
  search: Record<string, string[]>;
  list_for_organization: Record<string, string[]>;
  signature_valid: Record<string, boolean>;
}

const fixture = fileURLToPath(new URL('./fixtures/agt-registry.json', import.meta.url));
const expected: Expected = JSON.parse(
  await readFile(new URL('./fixtures/agt-registry-expected.json', import.meta.url), 'utf8'),
);

async function openCopy(): Promise<{ path: string; registry: PluginRegistry }> {
  const path = join(await temporaryFolder(), 'registry.json');
  await copyFile(fixture, path);
  return { path, registry: await PluginRegistry.open({ storagePath: path }) };
}

function label({ name, version }: { name: string; version: string }): string {
  return `${name}@${version}`;
}

describe('a registry file that the Python toolkit wrote', () => {
  it('lists the same latest versions in the same order', async () => {
    const { registry } = await openCopy();
    expect((await registry.listPlugins()).map(label)).toEqual(expected.list_all);
  });

  it('lists the same plugins of each type', async () => {
    const { registry } = await openCopy();
    for (const type of Object.values(PluginType)) {
      expect((await registry.listPlugins({ type })).map(label)).toEqual(expected.list_by_type[type]);
    }
  });

  it.each(Object.entries(expected.latest))('says that the latest %s is %s', async (name, version) => {
    const { registry } = await openCopy();
    expect((await registry.getPlugin(name)).version).toBe(version);
  });

  it.each(Object.entries(expected.search))('finds the same plugins for "%s"', async (text, found) => {
    const { registry } = await openCopy();
    expect((await registry.search(text)).map(label)).toEqual(found);
  });

  it.each(Object.entries(expected.list_for_organization))('shows %s the same versions', async (organization, seen) => {
    const { registry } = await openCopy();
    expect((await registry.listForOrganization(organization)).map(label)).toEqual(seen);
  });

  it.each(Object.entries(expected.signature_valid))('agrees on the signature of %s: %s', async (what, isValid) => {
    const { registry } = await openCopy();
    const [name = '', version = ''] = what.split('@');
    const manifest = await registry.getPlugin(name, version);
    const key = expected.public_keys[manifest.author]?.spki_pem ?? '';
    if (isValid) expect(verifySignature(manifest, key)).toBe(true);
    else expect(() => verifySignature(manifest, key)).toThrow(expect.objectContaining({ code: 'SIGNATURE_MISSING' }));
  });

  it('is not touched by being opened and read', async () => {
    const { path, registry } = await openCopy();
    await registry.search('');
    expect(await readFile(path)).toEqual(await readFile(fixture));
  });

  it('keeps every byte of its entries when a plugin is added', async () => {
    const { path, registry } = await openCopy();
    await registry.register(manifestOf());
    const before = (await readFile(fixture, 'utf8')).replace(/\n\]\n?$/, '');
    const after = await readFile(path, 'utf8');
    expect(after.startsWith(`${before},\n  {`)).toBe(true);
    expect(JSON.parse(after)).toHaveLength(JSON.parse(await readFile(fixture, 'utf8')).length + 1);
  });
});

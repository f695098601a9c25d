import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packTree } from '@agentmesh/artifact';
import { packPublishable } from '@agentmesh/registry';
import { PluginSigner, signPlugin } from '@agentmesh/signing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const MANIFEST = `name: greeter
version: 1.0.0
description: Says hello
author: alice@example.com
plugin_type: integration
`;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'agentmesh-pack-'));
  await writeFile(join(dir, 'agent-plugin.yaml'), MANIFEST);
  await writeFile(join(dir, 'index.js'), 'export const greet = () => 1;\n');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const sign = () => signPlugin(dir, PluginSigner.generate());

describe('a signed folder', () => {
  it('is packed as publishing packs it', async () => {
    const signed = await sign();
    const { manifest, archive } = await packPublishable(dir);
    expect(manifest).toEqual(signed);
    expect(archive.integrity).toBe((await packTree(dir)).integrity);
    expect(archive.tree.digest).toBe(manifest.content_digest);
  });

  it('is refused when a file was changed after that', async () => {
    await sign();
    await writeFile(join(dir, 'index.js'), 'evil');
    await expect(packPublishable(dir)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it('is refused for what a look at its files finds', async () => {
    await sign();
    const finding = { code: 'import-not-bundled', severity: 'error' as const, path: 'index.js', message: 'x' };
    const checkFiles = async () => [finding];
    await expect(packPublishable(dir, { checkFiles })).rejects.toMatchObject({
      code: 'NOT_PUBLISHABLE',
      findings: [finding],
    });
  });

  it('is left when the work is cancelled', async () => {
    await sign();
    const reason = new Error('enough');
    await expect(packPublishable(dir, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('an unsigned folder', () => {
  it('is refused and not changed', async () => {
    await expect(packPublishable(dir)).rejects.toMatchObject({ code: 'SIGNATURE_MISSING' });
    expect(await readFile(join(dir, 'agent-plugin.yaml'), 'utf8')).toBe(MANIFEST);
  });
});

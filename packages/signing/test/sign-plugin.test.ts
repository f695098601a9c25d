import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestTree } from '@agentmesh/artifact';
import { createManifest, loadManifest, saveManifest } from '@agentmesh/manifest';
import { PluginSigner, signPlugin, verifySignature } from '@agentmesh/signing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const signer = new PluginSigner(Buffer.alloc(32, 9));
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmesh-signing-'));
  const fields = { name: 'demo', version: '1.0.0', description: 'd', author: 'Alice', plugin_type: 'agent' } as const;
  await saveManifest(createManifest(fields), folder);
  await mkdir(join(folder, 'lib'));
  await writeFile(join(folder, 'lib/index.js'), 'export const answer = 42;\n');
});
afterEach(() => rm(folder, { recursive: true }));

describe('signPlugin', () => {
  it('digests, signs and saves; the signature reaches every file', async () => {
    const signed = await signPlugin(folder, signer);
    expect(await loadManifest(folder)).toEqual(signed);
    expect(signed.content_digest).toBe(await digestTree(folder, { view: 'packing' }));
    expect(verifySignature(signed, signer.publicKey)).toBe(true);
    await writeFile(join(folder, 'lib/index.js'), 'export const answer = 43;\n');
    expect(await digestTree(folder, { view: 'packing' })).not.toBe(signed.content_digest);
  });

  it('leaves out what is not packed', async () => {
    const before = await signPlugin(folder, signer);
    await mkdir(join(folder, 'node_modules/x'), { recursive: true });
    await writeFile(join(folder, 'node_modules/x/index.js'), 'x');
    expect(await signPlugin(folder, signer)).toEqual(before);
  });

  it('signs anew after a change, by another key as well', async () => {
    await signPlugin(folder, signer);
    await writeFile(join(folder, 'new.txt'), 'x');
    const other = PluginSigner.generate();
    const signed = await signPlugin(folder, other);
    expect(verifySignature(signed, other.publicKey)).toBe(true);
    expect(() => verifySignature(signed, signer.publicKey)).toThrow(
      expect.objectContaining({ code: 'SIGNATURE_INVALID' }),
    );
  });

  it('refuses a key that no manifest has, which saving would drop without a word', async () => {
    const path = join(folder, 'agent-plugin.yaml');
    const text = `${await readFile(path, 'utf8')}licence: MIT\n`;
    await writeFile(path, text);
    await expect(signPlugin(folder, signer)).rejects.toMatchObject({
      code: 'MANIFEST_INVALID',
      message: expect.stringContaining('did you mean license?'),
    });
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it('changes nothing when the tree is refused or there is no manifest', async () => {
    const path = join(folder, 'agent-plugin.yaml');
    const before = await readFile(path);
    await symlink('/etc/passwd', join(folder, 'lib/link'));
    await expect(signPlugin(folder, signer)).rejects.toMatchObject({ code: 'TREE_UNSAFE' });
    expect(await readFile(path)).toEqual(before);
    await expect(signPlugin(join(folder, 'lib'), signer)).rejects.toMatchObject({ code: 'MANIFEST_NOT_FOUND' });
  });

  it('keeps to the limits and the signal it is given', async () => {
    await expect(signPlugin(folder, signer, { limits: { maxFiles: 1 } })).rejects.toMatchObject({
      code: 'TREE_TOO_LARGE',
    });
    await expect(signPlugin(folder, signer, { signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop');
  });
});

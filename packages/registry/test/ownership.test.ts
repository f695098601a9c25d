import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownerGrantBytes, PluginRegistry, type RegistryOptions, signOwnerGrant } from '@agentmesh/registry';
import { Keyring, PluginSigner, verifyBytes } from '@agentmesh/signing';
import { describe, expect, it } from 'vitest';
import { manifestOf } from './manifests.js';
import { temporaryFolder } from './temporary-folder.js';

type Open = (options?: Omit<RegistryOptions, 'store'>) => Promise<PluginRegistry>;

const kinds: [string, Open][] = [
  ['in memory', async (options) => new PluginRegistry(options)],
  [
    'in a file',
    async (options) => PluginRegistry.open({ storagePath: join(await temporaryFolder(), 'registry.json'), ...options }),
  ],
];

const alice = PluginSigner.generate();
const bob = PluginSigner.generate();
const mallory = PluginSigner.generate();

const first = manifestOf({ version: '1.0.0' });
const second = manifestOf({ version: '2.0.0' });
const third = manifestOf({ version: '3.0.0' });

describe.each(kinds)('a name in a registry %s', (_, open) => {
  it('belongs to the first key that publishes it', async () => {
    const registry = await open();
    const entry = await registry.register(alice.sign(first), { publicKey: alice.publicKey });
    expect(entry.keyId).toBe(alice.keyId);
    expect(await registry.owners('word-counter')).toEqual([
      { keyId: alice.keyId, publicKey: expect.stringContaining('BEGIN PUBLIC KEY') },
    ]);
  });

  it('is closed to every other key, with the owner named', async () => {
    const registry = await open();
    await registry.register(alice.sign(first), { publicKey: alice.publicKey });
    for (const publicKey of [mallory.publicKey, undefined]) {
      const options = publicKey === undefined ? {} : { publicKey };
      await expect(registry.register(mallory.sign(second), options)).rejects.toMatchObject({
        code: 'NAME_OWNED',
        message: expect.stringContaining(alice.keyId),
      });
    }
    expect(await registry.versions('word-counter')).toHaveLength(1);
  });

  it('is closed to unsigned versions once it is owned', async () => {
    const registry = await open();
    await registry.register(alice.sign(first), { publicKey: alice.publicKey });
    await expect(registry.register(second)).rejects.toMatchObject({
      code: 'NAME_OWNED',
      message: expect.stringContaining('unsigned'),
    });
  });

  it('takes versions of its owner without being told the key', async () => {
    const registry = await open();
    await registry.register(alice.sign(first), { publicKey: alice.publicKey });
    expect((await registry.register(alice.sign(second))).keyId).toBe(alice.keyId);
  });

  it('refuses a key that did not sign the version', async () => {
    const registry = await open();
    await expect(registry.register(alice.sign(first), { publicKey: mallory.publicKey })).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    });
    await expect(registry.register(first, { publicKey: alice.publicKey })).rejects.toMatchObject({
      code: 'SIGNATURE_MISSING',
    });
    const tampered = { ...alice.sign(first), description: 'something else' };
    await expect(registry.register(tampered, { publicKey: alice.publicKey })).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    });
    expect(await registry.versions('word-counter')).toEqual([]);
  });

  it('stays without an owner while its versions are unsigned, until a key verifies one', async () => {
    const registry = await open();
    await registry.register(first);
    await registry.register(second);
    expect(await registry.owners('word-counter')).toEqual([]);
    await registry.register(alice.sign(third), { publicKey: alice.publicKey });
    expect(await registry.owners('word-counter')).toMatchObject([{ keyId: alice.keyId }]);
  });

  it('takes a signed version by an unknown key, which does not make it owned', async () => {
    const registry = await open();
    expect((await registry.register(alice.sign(first))).keyId).toBeUndefined();
    expect(await registry.owners('word-counter')).toEqual([]);
  });

  it('cannot be taken over by a key that signed none of its signed versions', async () => {
    const registry = await open();
    await registry.register(alice.sign(first));
    await registry.register(second);
    await expect(registry.register(mallory.sign(third), { publicKey: mallory.publicKey })).rejects.toMatchObject({
      code: 'NAME_OWNED',
    });
    await registry.register(alice.sign(third), { publicKey: alice.publicKey });
    expect(await registry.owners('word-counter')).toMatchObject([{ keyId: alice.keyId }]);
  });

  it('is claimed by the key that signed one of its versions, and by no other', async () => {
    const registry = await open();
    await registry.register(alice.sign(first));
    await expect(registry.claim('word-counter', mallory.publicKey)).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    });
    expect(await registry.claim('word-counter', alice.publicKey)).toMatchObject([{ keyId: alice.keyId }]);
    expect(await registry.claim('word-counter', alice.publicKey)).toHaveLength(1);
    await expect(registry.claim('word-counter', mallory.publicKey)).rejects.toMatchObject({ code: 'NAME_OWNED' });
    await expect(registry.register(mallory.sign(second))).rejects.toMatchObject({ code: 'NAME_OWNED' });
  });

  it('cannot be claimed by who added a version to the signed ones of somebody else', async () => {
    const registry = await open();
    await registry.register(alice.sign(first));
    await registry.register(mallory.sign(second));
    await expect(registry.claim('word-counter', mallory.publicKey)).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    });
    const taking = registry.register(mallory.sign(third), { publicKey: mallory.publicKey });
    await expect(taking).rejects.toMatchObject({ code: 'NAME_OWNED' });
    expect(await registry.claim('word-counter', alice.publicKey)).toMatchObject([{ keyId: alice.keyId }]);
  });

  it("goes to the author's key that the registry's keyring knows", async () => {
    const registry = await open({ keys: Keyring.from({ 'alice@example.com': alice.publicKey }) });
    expect((await registry.register(alice.sign(first))).keyId).toBe(alice.keyId);
    expect(await registry.owners('word-counter')).toMatchObject([{ keyId: alice.keyId }]);
    const other = manifestOf({ name: 'other', author: 'bob@example.com' });
    await registry.register(mallory.sign(other));
    await registry.register(manifestOf({ name: 'unsigned' }));
    expect(await registry.owners('other')).toEqual([]);
    expect(await registry.owners('unsigned')).toEqual([]);
  });

  it('is opened to another key by a grant of its owner', async () => {
    const registry = await open();
    await registry.register(alice.sign(first), { publicKey: alice.publicKey });
    const grant = signOwnerGrant('word-counter', bob.publicKey, alice);
    expect(await registry.addOwner('word-counter', bob.publicKey, grant)).toMatchObject([
      { keyId: alice.keyId },
      { keyId: bob.keyId },
    ]);
    expect(await registry.addOwner('word-counter', bob.publicKey, grant)).toHaveLength(2);
    expect((await registry.register(bob.sign(second))).keyId).toBe(bob.keyId);
    expect((await registry.register(bob.sign(third), { publicKey: bob.publicKey })).keyId).toBe(bob.keyId);
  });

  it('is opened by no other grant: by a stranger, for another name, for another key', async () => {
    const registry = await open();
    await registry.register(alice.sign(first), { publicKey: alice.publicKey });
    const grants = [
      signOwnerGrant('word-counter', mallory.publicKey, mallory),
      signOwnerGrant('other-name', mallory.publicKey, alice),
      signOwnerGrant('word-counter', alice.publicKey, alice),
      new Uint8Array(64),
      new Uint8Array(0),
    ];
    for (const grant of grants) {
      await expect(registry.addOwner('word-counter', mallory.publicKey, grant)).rejects.toMatchObject({
        code: 'SIGNATURE_INVALID',
      });
    }
    expect(await registry.owners('word-counter')).toHaveLength(1);
  });

  it('has nobody who could add an owner while it has none', async () => {
    const registry = await open();
    await registry.register(first);
    const grant = signOwnerGrant('word-counter', alice.publicKey, alice);
    await expect(registry.addOwner('word-counter', alice.publicKey, grant)).rejects.toMatchObject({
      code: 'NAME_UNOWNED',
    });
  });

  it('is free again when its last version was unregistered', async () => {
    const registry = await open();
    await registry.register(alice.sign(first), { publicKey: alice.publicKey });
    await registry.unregister('word-counter', '1.0.0');
    expect(await registry.owners('word-counter')).toEqual([]);
    await registry.register(mallory.sign(first), { publicKey: mallory.publicKey });
    expect(await registry.owners('word-counter')).toMatchObject([{ keyId: mallory.keyId }]);
  });
});

describe('a name of an AGT file', () => {
  it('is claimed by a key of any of its signed versions, and by none that came later', async () => {
    const storagePath = join(await temporaryFolder(), 'registry.json');
    await writeFile(storagePath, JSON.stringify([alice.sign(first), bob.sign(second)]));
    const registry = await PluginRegistry.open({ storagePath });
    await registry.register(mallory.sign(third));
    await expect(registry.claim('word-counter', mallory.publicKey)).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    });
    expect(await registry.claim('word-counter', bob.publicKey)).toMatchObject([{ keyId: bob.keyId }]);
  });
});

describe('a grant', () => {
  it('is the signature of these very bytes', () => {
    const bytes = ownerGrantBytes('word-counter', alice.publicKey);
    expect(Buffer.from(bytes).toString()).toBe(
      `{"action":"owner-add","key_id":"${alice.keyId}","name":"word-counter"}`,
    );
    expect(verifyBytes(bytes, signOwnerGrant('word-counter', alice.publicKey, mallory), mallory.publicKey)).toBe(true);
    expect(Buffer.from(ownerGrantBytes('插', alice.publicKey)).toString()).toContain('"name":"\\u63d2"');
  });
});

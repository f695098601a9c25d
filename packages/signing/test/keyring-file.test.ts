import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { isMarketplaceError, type MarketplaceError } from '@agentmesh/errors';
import { Keyring, PluginSigner, publicKeyPem } from '@agentmesh/signing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';

const run = promisify(execFile);
const alice = new PluginSigner(new Uint8Array(32).fill(1));
const bob = new PluginSigner(new Uint8Array(32).fill(2));
const row = (signer: PluginSigner) => ({ key_id: signer.keyId, public_key: publicKeyPem(signer.publicKey) });
const fileOf = (...keys: object[]) => stringify({ version: 1, authors: [{ author: 'Alice', keys }] });

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmesh-signing-'));
  path = join(folder, 'trusted-keys.yaml');
});
afterEach(() => rm(folder, { recursive: true }));

async function refusal(text: string | Uint8Array): Promise<MarketplaceError> {
  await writeFile(path, text);
  const error: unknown = await Keyring.open(path).catch((caught: unknown) => caught);
  if (!isMarketplaceError(error)) throw new Error(`expected a refusal, got ${String(error)}`);
  return error;
}

describe('a keyring file', () => {
  it('comes back as it was saved, in a form that people and YAML tools read', async () => {
    const keyring = new Keyring();
    keyring.trust({
      author: 'Zoë <z@example.org>',
      key: bob.publicKey,
      addedAt: new Date('2026-01-02T03:04:05.678Z'),
      validFrom: new Date('2026-01-01'),
      validUntil: new Date('2027-01-01'),
    });
    keyring.trust({ author: 'Alice', key: alice.publicKey });
    keyring.trust({ author: 'Alice', key: bob.publicKey });
    keyring.revoke(alice.keyId, { at: new Date('2026-05-01'), reason: 'laptop stolen: "again"' });
    await keyring.save(path);
    expect((await Keyring.open(path)).entries()).toEqual(keyring.entries());
    expect(await readFile(path, 'utf8')).toMatchSnapshot();
  });

  it('trusts nobody when it does not exist', async () => {
    expect((await Keyring.open(path)).entries()).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('takes dates and times with an offset', async () => {
    await writeFile(
      path,
      fileOf({ ...row(alice), valid_from: '2026-01-01', valid_until: '2026-01-02T00:00:00+02:00' }),
    );
    const [key] = (await Keyring.open(path)).keysOf('Alice');
    expect([key?.validFrom, key?.validUntil]).toEqual([
      new Date('2026-01-01T00:00:00Z'),
      new Date('2026-01-01T22:00:00Z'),
    ]);
  });

  it('takes Windows line endings and a byte order mark', async () => {
    await writeFile(path, `\ufeff${fileOf(row(alice)).replaceAll('\n', '\r\n')}`);
    expect((await Keyring.open(path)).keysOf('Alice')).toHaveLength(1);
  });

  it('counts a key as revoked for every author when one of them revoked it', async () => {
    const authors = [
      { author: 'Alice', keys: [{ ...row(alice), revoked: { reason: 'stolen' } }] },
      { author: 'Bob', keys: [row(alice)] },
    ];
    await writeFile(path, stringify({ version: 1, authors }));
    expect((await Keyring.open(path)).keysOf('Bob')).toMatchObject([{ revoked: { reason: 'stolen' } }]);
  });

  it.each([
    ['a key id of another key', fileOf({ ...row(alice), key_id: bob.keyId }), 'but the id of public_key is SHA256:'],
    ['a private key', fileOf({ ...row(alice), public_key: alice.toPem() }), 'got PRIVATE KEY'],
    [
      'two keys in one block',
      fileOf({ ...row(alice), public_key: row(alice).public_key + row(bob).public_key }),
      'one PEM block',
    ],
    ['a key listed twice', fileOf(row(alice), row(alice)), 'is listed twice'],
    [
      'an author listed twice',
      stringify({ version: 1, authors: ['A', 'A'].map((author) => ({ author, keys: [] })) }),
      'A is listed twice',
    ],
    ['values that nest deep', `version: 1\nauthors: ${'['.repeat(5000)}${']'.repeat(5000)}\n`, 'it nests too deep'],
    ['duplicate YAML keys', 'version: 1\nauthors: []\nauthors: []\n', 'a key stands there twice'],
    ['an unknown field', fileOf({ ...row(alice), trusted: true }), 'trusted'],
    ['another version', 'version: 2\nauthors: []\n', 'version'],
    ['no version', 'authors: []\n', 'version'],
    ['an empty file', '', 'expected object'],
    ['a time without an offset', fileOf({ ...row(alice), valid_from: '2026-01-01T00:00:00' }), 'valid_from'],
    ['a day that is not', fileOf({ ...row(alice), valid_from: '2026-02-30' }), 'valid_from'],
    [
      'a validity that ends before it begins',
      fileOf({ ...row(alice), valid_from: '2026-02-01', valid_until: '2026-01-01' }),
      'ends before',
    ],
    ['an alias', 'version: 1\nauthors: &a []\nx: *a\n', 'aliases have no place here'],
    ['a tag of a foreign type', 'version: 1\nauthors: !!python/object:os.system []\n', 'Unresolved tag'],
    ['two documents', 'version: 1\nauthors: []\n---\nversion: 1\nauthors: []\n', 'found another one'],
    ['an escape character', 'version: 1 # \u001b[2J\nauthors: []\n', 'control characters'],
    ['an escape sequence in an author', 'version: 1\nauthors: [{author: "A\\e[2J", keys: []}]\n', 'invisible'],
    [
      'a bidirectional mark in an author',
      `version: 1\nauthors: [{author: "A\u202e", keys: [${JSON.stringify(row(alice))}]}]\n`,
      'invisible',
    ],
    ['a __proto__ row', 'version: 1\nauthors: []\n__proto__: {version: 1}\n', '__proto__'],
    ['a text that nests 200,000 deep', `authors: ${'['.repeat(200_000)}`, ''],
  ])('with %s is refused whole', async (_, text, message) => {
    const error = await refusal(text);
    expect(error).toMatchObject({ code: 'KEYRING_INVALID', hint: expect.stringContaining('Repair') });
    expect(error.message).toContain(message);
    expect(error.message).toContain('nobody in it is trusted');
  });

  it('that is not UTF-8 is refused', async () => {
    expect((await refusal(Buffer.from('version: 1\nauthors: [] # \xff', 'latin1'))).message).toContain('UTF-8');
  });

  it('never shows a key that it refuses', async () => {
    const error = await refusal(fileOf({ ...row(alice), public_key: alice.toPem() }));
    expect(`${error.message}${error.hint}${error.stack}`).not.toContain(alice.toPem().split('\n')[1]);
  });

  it.each([
    ['anchors without end', '&a '.repeat(349_000)],
    ['texts without end', '"a" '.repeat(262_000)],
    ['tags without end', '! '.repeat(524_000)],
    ['ninety thousand keys', Array.from({ length: 90_000 }, (_, at) => `k${at}:`).join('\n')],
    ['brackets without end', '['.repeat(1_048_576)],
  ])('with %s is refused within seconds', async (_, text) => {
    expect((await refusal(text)).code).toBe('KEYRING_INVALID');
  });

  it('over 1 MiB is refused before it is parsed', async () => {
    expect((await refusal(`# ${'x'.repeat(1_048_576)}\n`)).code).toBe('FILE_TOO_LARGE');
  });

  it('is never written larger than it may be read', async () => {
    const keyring = new Keyring();
    const author = 'A'.repeat(600_000);
    keyring.trust({ author: `${author}1`, key: alice.publicKey });
    await keyring.save(path);
    keyring.trust({ author: `${author}2`, key: alice.publicKey });
    await expect(keyring.save(path)).rejects.toMatchObject({ code: 'KEYRING_INVALID' });
    expect((await Keyring.open(path)).entries()).toHaveLength(1);
  });

  it('reports every problem in one go, at most twenty', async () => {
    const rows = Array.from({ length: 30 }, (_, at) => ({ key_id: `SHA256:${at}`, public_key: 'x' }));
    expect((await refusal(fileOf(...rows))).findings).toHaveLength(20);
  });
});

describe('Keyring.update', () => {
  it('leaves the file as it was when the change throws', async () => {
    await Keyring.update(path, (keyring) => keyring.trust({ author: 'Alice', key: alice.publicKey }));
    const before = await readFile(path);
    const change = Keyring.update(path, (keyring) => {
      keyring.trust({ author: 'Bob', key: bob.publicKey });
      throw new Error('no');
    });
    await expect(change).rejects.toThrow('no');
    expect(await readFile(path)).toEqual(before);
  });

  it('does not write over a file that it cannot read', async () => {
    await writeFile(path, 'version: 7\n');
    await expect(Keyring.update(path, () => undefined)).rejects.toMatchObject({ code: 'KEYRING_INVALID' });
    expect(await readFile(path, 'utf8')).toBe('version: 7\n');
  });

  it('answers what the change answers', async () => {
    expect(await Keyring.update(path, async () => 7)).toBe(7);
  });

  it('loses no key of three processes that add ten each', async () => {
    const script = fileURLToPath(new URL('trust-keys.mjs', import.meta.url));
    const hooks = new URL('../../../test/support/source-hooks.mjs', import.meta.url).href;
    const flags = ['--import', hooks, script, path];
    await Promise.all(['A', 'B', 'A'].map((author) => run(process.execPath, [...flags, author, '10'])));
    const keyring = await Keyring.open(path);
    expect(keyring.keysOf('A')).toHaveLength(20);
    expect(keyring.keysOf('B')).toHaveLength(10);
    expect((await readdir(folder)).sort()).toEqual(['trusted-keys.yaml', 'trusted-keys.yaml.lock']);
  });

  it('says so when the file cannot be read', async () => {
    await chmod(folder, 0o755);
    await expect(Keyring.open(folder)).rejects.toMatchObject({ code: 'FILE_NOT_REGULAR' });
  });
});

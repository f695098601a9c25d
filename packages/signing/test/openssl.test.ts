import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  keyId,
  loadSigner,
  PluginSigner,
  publicKeyPem,
  readPublicKey,
  saveSigner,
  verifyBytes,
} from '@agentmesh/signing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const openssl = async (...args: string[]) => (await run('openssl', args)).stdout;

let folder: string;
const at = (name: string) => join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmesh-signing-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('PEM files and the openssl command', () => {
  it('openssl reads our private and public key, and they belong together', async () => {
    const signer = PluginSigner.generate();
    await saveSigner(signer, at('key.pem'));
    expect(await openssl('pkey', '-in', at('key.pem'), '-pubout')).toBe(publicKeyPem(signer.publicKey));
    expect(await openssl('pkey', '-in', at('key.pem'))).toBe(signer.toPem());
    await writeFile(at('pub.pem'), publicKeyPem(signer.publicKey));
    expect(await openssl('pkey', '-pubin', '-in', at('pub.pem'), '-noout', '-text')).toContain('ED25519 Public-Key');
  });

  it('we read the keys that openssl makes', async () => {
    await openssl('genpkey', '-algorithm', 'ed25519', '-out', at('key.pem'));
    await chmod(at('key.pem'), 0o600);
    const pub = await openssl('pkey', '-in', at('key.pem'), '-pubout');
    const signer = await loadSigner(at('key.pem'));
    expect(readPublicKey(pub).equals(signer.publicKey)).toBe(true);
    expect(keyId(pub)).toBe(signer.keyId);
  });

  it('signatures verify in both directions', async () => {
    const signer = PluginSigner.generate();
    await saveSigner(signer, at('key.pem'));
    await writeFile(at('pub.pem'), publicKeyPem(signer.publicKey));
    await writeFile(at('data'), 'some bytes');
    await writeFile(at('ours.sig'), signer.signBytes(Buffer.from('some bytes')));
    const common = ['pkeyutl', '-rawin', '-in', at('data')];
    expect(
      await openssl(...common, '-verify', '-pubin', '-inkey', at('pub.pem'), '-sigfile', at('ours.sig')),
    ).toContain('Signature Verified Successfully');
    await openssl(...common, '-sign', '-inkey', at('key.pem'), '-out', at('theirs.sig'));
    expect(verifyBytes(await readFile(at('data')), await readFile(at('theirs.sig')), signer.publicKey)).toBe(true);
  });

  it('a key that openssl encrypted is refused, and taken after openssl decrypted it', async () => {
    const signer = PluginSigner.generate();
    await saveSigner(signer, at('key.pem'));
    await openssl('pkcs8', '-topk8', '-in', at('key.pem'), '-out', at('locked.pem'), '-passout', 'pass:secret');
    await chmod(at('locked.pem'), 0o600);
    await expect(loadSigner(at('locked.pem'))).rejects.toMatchObject({ code: 'KEY_ENCRYPTED' });
    const opened = await openssl('pkey', '-in', at('locked.pem'), '-passin', 'pass:secret');
    expect(PluginSigner.fromPem(opened).keyId).toBe(signer.keyId);
  });

  it.each(['rsa', 'ed448', 'x25519'])('an %s key of openssl is refused', async (algorithm) => {
    await openssl('genpkey', '-quiet', '-algorithm', algorithm, '-out', at('key.pem'));
    await chmod(at('key.pem'), 0o600);
    await expect(loadSigner(at('key.pem'))).rejects.toMatchObject({ code: 'KEY_INVALID' });
  });

  it('the key id is what openssl, sha256 and base64 give', async () => {
    const signer = PluginSigner.generate();
    await saveSigner(signer, at('key.pem'));
    await openssl('pkey', '-in', at('key.pem'), '-pubout', '-outform', 'DER', '-out', at('pub.der'));
    await openssl('dgst', '-sha256', '-binary', '-out', at('digest'), at('pub.der'));
    const digest = (await readFile(at('digest'))).toString('base64').replaceAll('=', '');
    expect(signer.keyId).toBe(`SHA256:${digest}`);
  });
});

describe('private key files', () => {
  it('are written with mode 0600 into a folder that only the user may enter', async () => {
    const signer = PluginSigner.generate();
    await saveSigner(signer, at('keys/default.pem'));
    expect((await stat(at('keys/default.pem'))).mode & 0o777).toBe(0o600);
    expect((await stat(at('keys'))).mode & 0o777).toBe(0o700);
    expect(await readdir(at('keys'))).toEqual(['default.pem']);
    expect((await loadSigner(at('keys/default.pem'))).keyId).toBe(signer.keyId);
  });

  it('are never replaced, also when two are saved at once', async () => {
    const signers = Array.from({ length: 5 }, () => PluginSigner.generate());
    const results = await Promise.allSettled(signers.map((signer) => saveSigner(signer, at('key.pem'))));
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.map(({ reason }) => reason.code)).toEqual(Array(4).fill('KEY_EXISTS'));
    const kept = signers[results.findIndex((result) => result.status === 'fulfilled')];
    expect((await loadSigner(at('key.pem'))).keyId).toBe(kept?.keyId);
    expect(await readdir(folder)).toEqual(['key.pem']);
  });

  it('are not written through a link', async () => {
    await writeFile(at('victim'), 'x');
    await symlink(at('victim'), at('key.pem'));
    await expect(saveSigner(PluginSigner.generate(), at('key.pem'))).rejects.toMatchObject({ code: 'KEY_EXISTS' });
    expect(await readFile(at('victim'), 'utf8')).toBe('x');
  });

  it.each([0o640, 0o604, 0o660, 0o644, 0o610, 0o601, 0o777])('with mode %o are refused', async (mode) => {
    await saveSigner(PluginSigner.generate(), at('key.pem'));
    await chmod(at('key.pem'), mode);
    await expect(loadSigner(at('key.pem'))).rejects.toMatchObject({
      code: 'KEY_UNSAFE',
      message: expect.stringContaining(`got ${mode.toString(8)}`),
      hint: expect.stringContaining('chmod 600'),
    });
  });

  it('with mode 0400 are read', async () => {
    const signer = PluginSigner.generate();
    await saveSigner(signer, at('key.pem'));
    await chmod(at('key.pem'), 0o400);
    expect((await loadSigner(at('key.pem'))).keyId).toBe(signer.keyId);
  });

  it('that are missing, folders or too large are told apart', async () => {
    await expect(loadSigner(at('none.pem'))).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' });
    await mkdir(at('folder'), { mode: 0o700 });
    await expect(loadSigner(at('folder'))).rejects.toMatchObject({ code: 'FILE_NOT_REGULAR' });
    await writeFile(at('large.pem'), 'x'.repeat(20_000), { mode: 0o600 });
    await expect(loadSigner(at('large.pem'))).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  });
});

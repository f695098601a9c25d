import { createPrivateKey, sign, verify } from 'node:crypto';
import { createManifest, signableBytes } from '@agentmesh/manifest';
import { Keyring, PluginSigner, verifyBytes, verifySignature } from '@agentmesh/signing';
import { test } from 'vitest';

const signer = new PluginSigner(Buffer.alloc(32, 5));
const privateKey = createPrivateKey(signer.toPem());
const { publicKey } = signer;
const manifest = createManifest({
  name: 'response-length-validator',
  version: '1.0.0',
  description: 'Refuses agent responses over a word limit.',
  author: 'Alice Example <alice@example.org>',
  plugin_type: 'validator',
  capabilities: ['response-length-check', 'word-counting'],
  min_agentmesh_version: '1.5.0',
  content_digest: `h1:${Buffer.alloc(32, 1).toString('base64')}`,
});
const signed = signer.sign(manifest);
const bytes = signableBytes(manifest);
const signature = signer.signBytes(bytes);
const refused = signature.with(0, (signature[0] ?? 0) ^ 1);
const keyring = Keyring.from({ [manifest.author]: publicKey });

test('sign', async ({ bench }) => {
  await bench.compare(
    bench('node:crypto alone', () => void sign(null, bytes, privateKey)),
    bench('signBytes', () => void signer.signBytes(bytes)),
    bench('sign a manifest', () => void signer.sign(manifest)),
  );
});

test('verify', async ({ bench }) => {
  await bench.compare(
    bench('node:crypto alone', () => void verify(null, bytes, publicKey, signature)),
    bench('verifyBytes', () => void verifyBytes(bytes, signature, publicKey)),
    bench('verifySignature of a manifest', () => void verifySignature(signed, publicKey)),
    bench('Keyring.verify', () => void keyring.verify(signed)),
  );
});

test('refuse', async ({ bench }) => {
  await bench.compare(
    bench('node:crypto alone', () => void verify(null, bytes, publicKey, refused)),
    bench('verifyBytes, decided by noble', () => void verifyBytes(bytes, refused, publicKey)),
  );
});

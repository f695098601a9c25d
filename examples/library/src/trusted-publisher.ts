/**
 * The trusted-publisher pattern: a publisher signs, a consumer keeps a keyring, and an install proves who made what.
 * Run it with: node examples/library/src/trusted-publisher.ts
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PluginInstaller } from '@agentmesh/installer';
import { PluginRegistry } from '@agentmesh/registry';
import { Keyring, PluginSigner, publicKeyPem, signPlugin } from '@agentmesh/signing';

const workspace = await mkdtemp(join(tmpdir(), 'agentmesh-example-'));
try {
  const registry = await PluginRegistry.open({ storagePath: join(workspace, 'registry.json') });

  // The publisher signs and hands out the public half as PEM text.
  const publisher = PluginSigner.generate();
  const plugin = join(workspace, 'response-length-validator');
  await cp(join(import.meta.dirname, '../../plugins/response-length-validator'), plugin, { recursive: true });
  await signPlugin(plugin, publisher);
  await registry.publish(plugin, { publicKey: publisher.publicKey });
  const publicKey = publicKeyPem(publisher.publicKey);

  // The consumer trusts that key for that author, until the end of next year.
  const trustedKeys = new Keyring();
  trustedKeys.trust({
    author: 'alice@example.com',
    key: publicKey,
    validUntil: new Date(Date.UTC(new Date().getUTCFullYear() + 2, 0)),
  });
  const installer = new PluginInstaller({ pluginsDir: join(workspace, 'plugins'), registry, trustedKeys });
  const { verification } = await installer.install('response-length-validator');
  console.log(`signed by the publisher: ${verification}`);

  // Somebody else's key does not do, whatever author the manifest names.
  const strangers = new PluginInstaller({
    pluginsDir: join(workspace, 'strangers', 'plugins'),
    registry,
    trustedKeys: { 'alice@example.com': PluginSigner.generate().publicKey },
  });
  const refusal = await strangers.install('response-length-validator').then(
    () => 'installed',
    (error: { code: string }) => error.code,
  );
  console.log(`checked with another key: ${refusal}`);

  // A revoked key counts for nothing, whenever it signed.
  trustedKeys.revoke(publisher.keyId, { reason: 'laptop stolen' });
  const [report] = await new PluginInstaller({ pluginsDir: join(workspace, 'plugins'), trustedKeys }).verifyInstalled();
  console.log(`after the key was revoked: ${report?.verification}`);
} finally {
  await rm(workspace, { recursive: true });
}

/**
 * The whole way of one plugin, as a program: load, sign, publish, find, install, run.
 * Run it with: node examples/library/src/load-to-execute.ts
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PluginInstaller } from '@agentmesh/installer';
import { loadManifest } from '@agentmesh/manifest';
import { PluginRegistry } from '@agentmesh/registry';
import { PluginSandbox } from '@agentmesh/sandbox';
import { PluginSigner, signPlugin } from '@agentmesh/signing';

const workspace = await mkdtemp(join(tmpdir(), 'agentmesh-example-'));
try {
  // The author's side: a folder with a manifest and an entry module.
  const plugin = join(workspace, 'response-length-validator');
  await cp(join(import.meta.dirname, '../../plugins/response-length-validator'), plugin, { recursive: true });
  const { name, author } = await loadManifest(plugin);
  const signer = PluginSigner.generate();
  await signPlugin(plugin, signer);

  const registry = await PluginRegistry.open({ storagePath: join(workspace, 'registry.json') });
  await registry.publish(plugin, { publicKey: signer.publicKey });

  // The user's side: find it, install it verified, run it contained.
  const found = await registry.search('length');
  console.log(`found      ${found.map((manifest) => `${manifest.name} ${manifest.version}`).join(', ')}`);

  const pluginsDir = join(workspace, 'plugins');
  const installer = new PluginInstaller({ pluginsDir, registry, trustedKeys: { [author]: signer.publicKey } });
  const { path, verification } = await installer.install(name);
  console.log(`installed  ${path.replace(workspace, '.')} (${verification})`);

  const sandbox = new PluginSandbox({
    pluginsDir,
    timeoutMs: 5_000,
    verifyTree: (plugin) => installer.verifyTree(plugin),
  });
  const input = { response: 'This is a short response.', max_words: 500 };
  const answer = await sandbox.execute({ plugin: name, function: 'validate', input });
  await sandbox.close();
  console.log(`answered   ${JSON.stringify('result' in answer ? answer.result : answer.error)}`);
} finally {
  await rm(workspace, { recursive: true });
}

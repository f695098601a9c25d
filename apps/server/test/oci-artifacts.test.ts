import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createManifest, saveManifest } from '@agentmesh/manifest';
import { PluginRegistry } from '@agentmesh/registry';
import { openDatabase } from '@agentmesh/registry-sql';
import { PluginSigner, signPlugin } from '@agentmesh/signing';
import { startDockerRegistry } from '@agentmesh/test-support';
import { expect, it, onTestFinished } from 'vitest';
import { readConfig } from '../src/config/read-config.js';
import { openArtifacts } from '../src/open-artifacts.js';

it('two servers share the archives in one OCI registry', async () => {
  const oci = await startDockerRegistry();
  const folder = await mkdtemp(join(tmpdir(), 'agentmesh-oci-'));
  onTestFinished(async () => {
    await oci.close();
    await rm(folder, { recursive: true });
  });
  const open = async () => {
    const artifacts = `oci://${oci.host}/agentmesh/archives`;
    const config = await readConfig({ args: ['--artifacts', artifacts], env: {}, cwd: folder });
    const database = await openDatabase({ url: config.database });
    onTestFinished(() => database.close());
    return openArtifacts(config, database);
  };
  const signer = PluginSigner.generate();
  const dir = join(folder, 'plugin');
  const fields = { name: 'clock', version: '1.0.0', description: 'Tells', author: 'a@example.com' };
  await saveManifest(createManifest({ ...fields, plugin_type: 'agent' }), await makePlugin(dir));
  await signPlugin(dir, signer);
  const entry = await new PluginRegistry({ blobs: await open() }).publish(dir, { publicKey: signer.publicKey });
  const other = new PluginRegistry({ blobs: await open() });
  expect((await other.readArtifact(entry, { maxBytes: 100_000 })).length).toBe(entry.artifact?.size);
});

async function makePlugin(dir: string): Promise<string> {
  await mkdir(dir);
  await writeFile(join(dir, 'index.js'), 'export const run = () => 1;\n');
  return dir;
}

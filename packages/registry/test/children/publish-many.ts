import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadManifest, saveManifest, withFields } from '@agentmesh/manifest';
import { PluginRegistry } from '@agentmesh/registry';
import { PluginSigner, signPlugin } from '@agentmesh/signing';

/** Publishes versions of a new name, signed and with files, without end, and acknowledges each on a line of its own. */
const [storagePath = '', source = '', name = ''] = process.argv.slice(2);

const registry = await PluginRegistry.open({ storagePath });
const signer = PluginSigner.generate();
const dir = `${source}-${name}`;
await cp(source, dir, { recursive: true });
for (let patch = 0; ; patch += 1) {
  await writeFile(join(dir, 'index.js'), `export const patch = ${patch};\n`);
  await saveManifest(withFields(await loadManifest(dir), { name, version: `1.0.${patch}` }), dir);
  await signPlugin(dir, signer);
  await registry.publish(dir, { publicKey: signer.publicKey });
  process.stdout.write(`${name} 1.0.${patch}\n`);
}

import { createManifest } from '@agentmesh/manifest';
import { PluginRegistry } from '@agentmesh/registry';

/** Registers `count` plugins `<prefix>-<n>` one after the other, and acknowledges each on a line of its own. */
const [storagePath = '', prefix = '', count = '0'] = process.argv.slice(2);

const registry = await PluginRegistry.open({ storagePath });
for (let index = 0; index < Number(count); index += 1) {
  const name = `${prefix}-${index}`;
  await registry.register(
    createManifest({ name, version: '1.0.0', description: 'made by a child', author: prefix, plugin_type: 'agent' }),
  );
  process.stdout.write(`${name}\n`);
}

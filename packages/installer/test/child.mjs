/** A process that changes a workspace: `node --import source-hooks.mjs child.mjs <registry> <pluginsDir> <loop|once> <step…>` */
import { writeSync } from 'node:fs';
import { PluginInstaller } from '@agentmesh/installer';
import { PluginRegistry } from '@agentmesh/registry';

const [storagePath = '', pluginsDir = '', mode = '', ...steps] = process.argv.slice(2);
const registry = await PluginRegistry.open({ storagePath });
const installer = new PluginInstaller({ pluginsDir, registry });

async function run(step) {
  const [verb, name, version] = step.split(' ');
  if (verb === 'uninstall') await installer.uninstall(name);
  else await installer.install(name, { version });
}

writeSync(1, 'ready\n');
for (let count = 0; mode === 'loop' || count < steps.length; count += 1) {
  await run(steps[count % steps.length]);
  writeSync(1, 'done\n');
}

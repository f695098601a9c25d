/** One change of a workspace: `node --import source-hooks.mjs crash-child.mjs <pluginsDir> <folder of the registry> <folder of the project, or -> <verb> [name] [version]` */
import { readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { PluginInstaller } from '@agentmesh/installer';

const [pluginsDir = '', shelf = '', project = '', verb = '', name, version] = process.argv.slice(2);
const entries = JSON.parse(readFileSync(join(shelf, 'entries.json'), 'utf8'));
// The part of a registry that installing uses, without what it takes to load a real one.
const registry = {
  versions: async (wanted) => entries.filter(({ manifest }) => manifest.name === wanted),
  readArtifact: async ({ manifest }) => readFileSync(join(shelf, `${manifest.name}-${manifest.version}.tgz`)),
};
const installer = new PluginInstaller({ pluginsDir, registry, ...(project === '-' ? {} : { projectDir: project }) });
const steps = {
  install: () => installer.install(name, { version }),
  uninstall: () => installer.uninstall(name),
  rollback: () => installer.rollback(),
  gc: () => installer.gc({ keep: 1 }),
  repair: () => installer.repair(),
  bundle: () => installer.installBundle(join(shelf, 'plugins.bundle')),
};
// Most is loaded by the time somebody begins to watch.
await installer.history();
writeSync(1, 'ready');
readSync(0, Buffer.alloc(2));
await steps[verb]();

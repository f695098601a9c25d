// Writes oclif.manifest.json, so that a start reads one file instead of importing every command.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Config } from '@oclif/core/config';

const root = fileURLToPath(new URL('..', import.meta.url));
const config = new Config({ root, devPlugins: false, userPlugins: false, ignoreManifest: true });
await config.load();
const plugin = config.plugins.get(config.name);
if (plugin === undefined) throw new Error(`Expected the plugin ${config.name} in ${root}`);
await writeFile(`${root}/oclif.manifest.json`, `${JSON.stringify(plugin.manifest)}\n`);

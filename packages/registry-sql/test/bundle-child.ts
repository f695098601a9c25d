import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** Makes one file of a script of `children/` and all it imports, which starts in a third of the time. */
export async function bundleChild(script: string, folder: string): Promise<string> {
  const bundle = await rolldown({
    input: fileURLToPath(new URL(`./children/${script}`, import.meta.url)),
    platform: 'node',
    external: ['pg'],
    resolve: { conditionNames: ['@agentmesh/source', 'node', 'import'], extensionAlias: { '.js': ['.ts', '.js'] } },
  });
  await bundle.write({ dir: folder, entryFileNames: 'child.mjs', format: 'esm' });
  await bundle.close();
  return join(folder, 'child.mjs');
}

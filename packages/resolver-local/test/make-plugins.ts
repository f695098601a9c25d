import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of plugins, a place for targets, and the way to be rid of both. */
export interface PluginsFolder {
  readonly root: string;
  readonly targets: string;
  readonly remove: () => Promise<void>;
}

/** Makes real folders, one a plugin, out of file contents. */
export async function makePlugins(
  plugins: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Promise<PluginsFolder> {
  const place = await mkdtemp(join(tmpdir(), 'agentmesh-local-'));
  const root = join(place, 'plugins');
  const targets = join(place, 'targets');
  await mkdir(root);
  await mkdir(targets);
  for (const [name, files] of Object.entries(plugins)) {
    await mkdir(join(root, name));
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(root, name, path)), { recursive: true });
      await writeFile(join(root, name, path), content);
    }
  }
  return { root, targets, remove: () => rm(place, { recursive: true, force: true }) };
}

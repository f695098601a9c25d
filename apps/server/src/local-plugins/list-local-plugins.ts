import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMarketplaceError } from '@agentmesh/errors';
import { loadManifest, type PluginManifest } from '@agentmesh/manifest';
import type { PluginInfo } from './plugin-info.js';
import { readTraits } from './read-traits.js';

const MAX_PLUGINS = 10_000;
const AT_ONCE = 16;

/**
 * The plugins of the local folder by the names of their folders, which is what `local://` takes. One that cannot be read is listed with its
 * problem, and stops nothing; an absent folder has none.
 */
export async function listLocalPlugins(pluginsDir: string): Promise<readonly PluginInfo[]> {
  const entries = await readdir(pluginsDir, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
  const listed: PluginInfo[] = [];
  const sorted = folders.sort().slice(0, MAX_PLUGINS);
  for (let start = 0; start < sorted.length; start += AT_ONCE) {
    const some = sorted.slice(start, start + AT_ONCE);
    listed.push(...(await Promise.all(some.map((name) => readLocalPlugin(join(pluginsDir, name), name)))));
  }
  return listed;
}

async function readLocalPlugin(folder: string, name: string): Promise<PluginInfo> {
  const { manifest, problem } = await readManifest(folder);
  const { texts, tags, skills, runtimes } = await readTraits(folder, manifest);
  // A plugin of another kind has no manifest of ours, and is none the worse for it.
  const isForeign = problem === 'MANIFEST_NOT_FOUND' && (texts.version !== undefined || skills.length > 0);
  return {
    name,
    version: manifest?.version ?? texts.version ?? '',
    description: manifest?.description ?? texts.description ?? '',
    author: manifest?.author ?? texts.author ?? '',
    tags,
    skills,
    runtimes,
    ...(problem === undefined || isForeign ? {} : { problem }),
  };
}

async function readManifest(
  folder: string,
): Promise<{ readonly manifest?: PluginManifest; readonly problem?: string | undefined }> {
  try {
    return { manifest: await loadManifest(folder) };
  } catch (error) {
    return { problem: isMarketplaceError(error) ? error.code : 'UNREADABLE' };
  }
}

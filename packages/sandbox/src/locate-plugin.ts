import { realpathSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { nearest } from '@agentmesh/errors';
import { isPluginName } from '@agentmesh/manifest';
import { PluginSandboxError } from './plugin-sandbox-error.js';

/**
 * The real folder of an installed plugin; links on the way, such as the installer's own, are followed.
 *
 * @param name a plugin name
 * @throws PluginSandboxError `PLUGIN_NOT_INSTALLED`, with the name that was perhaps meant
 */
export async function locatePlugin(pluginsDir: string, name: string): Promise<string> {
  try {
    // Two questions of some microseconds; asked by way of the thread pool they cost more than the rest of a warm call.
    const root = realpathSync.native(join(pluginsDir, name));
    if (statSync(root).isDirectory()) return root;
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  const others = (await listNames(pluginsDir)).filter((other) => other !== name);
  const meant = nearest(name, others);
  throw new PluginSandboxError(`Plugin ${name} is not installed`, {
    code: 'PLUGIN_NOT_INSTALLED',
    hint: meant === undefined ? `Install it first: agentmesh plugin install ${name}` : `Did you mean ${meant}?`,
  });
}

async function listNames(pluginsDir: string): Promise<readonly string[]> {
  try {
    return (await readdir(pluginsDir)).filter(isPluginName);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

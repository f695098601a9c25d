import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { nearest } from '@agentmesh/errors';
import { assertPluginName, isPluginName } from '@agentmesh/manifest';
import { PluginSandboxError } from './plugin-sandbox-error.js';

/**
 * The real folder of an installed plugin; links on the way, such as the installer's own, are followed.
 *
 * @throws PluginSandboxError `SANDBOX_INVALID_CALL` for what is no plugin name, `PLUGIN_NOT_INSTALLED`
 */
export async function locatePlugin(pluginsDir: string, name: string): Promise<string> {
  checkName(name);
  try {
    const root = await realpath(join(pluginsDir, name));
    if ((await stat(root)).isDirectory()) return root;
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

function checkName(name: string): void {
  try {
    assertPluginName(name);
  } catch (error) {
    throw new PluginSandboxError(error instanceof Error ? error.message : 'Expected a plugin name', {
      code: 'SANDBOX_INVALID_CALL',
      hint: 'Give the name as `agentmesh plugin list` shows it; a path is no name.',
      cause: error,
    });
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

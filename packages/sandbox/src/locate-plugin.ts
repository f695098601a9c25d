import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { assertPluginName } from '@agentmesh/manifest';
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
  throw new PluginSandboxError(`Plugin ${name} is not installed`, {
    code: 'PLUGIN_NOT_INSTALLED',
    hint: `Install it first: agentmesh plugin install ${name}`,
  });
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

import { realpath } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';
import { printable } from '@agentmesh/errors';
import { PluginSandboxError } from '../plugin-sandbox-error.js';

const INSIDE = '/workspace';

/** A file or folder that a plugin may read. */
export interface GrantedRead {
  /** Real path, no link on the way. */
  readonly host: string;
  /** Where it lies for the plugin. */
  readonly inside: string;
}

/**
 * Finds granted paths in the workspace. One that is not there does not exist inside either.
 *
 * @param paths relative, normalised
 * @throws PluginSandboxError `PERMISSION_REFUSED` for a path that leads out of the workspace, itself or through a link, and
 * where there is no workspace
 */
export async function resolveReads(paths: readonly string[], workspaceDir: string | undefined): Promise<GrantedRead[]> {
  if (workspaceDir === undefined) throw refused(paths[0] ?? '.', 'there is no workspace (option workspaceDir)');
  const root = await realpath(workspaceDir);
  const reads: GrantedRead[] = [];
  for (const path of paths) {
    if (!isInside(path)) throw refused(path, 'it is no path inside the workspace');
    const host = await realpathIfThere(root, path);
    if (host === undefined) continue;
    if (!isInside(relative(root, host).split(sep).join('/') || '.'))
      throw refused(path, 'it leads out of the workspace');
    reads.push({ host, inside: posix.join(INSIDE, path) });
  }
  return reads;
}

function isInside(path: string): boolean {
  return path !== '..' && !path.startsWith('../') && !posix.isAbsolute(path) && !/^[A-Za-z]:|\\/.test(path);
}

async function realpathIfThere(root: string, path: string): Promise<string | undefined> {
  try {
    return await realpath(join(root, path));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw refused(path, `it cannot be looked up (${code})`);
  }
}

function refused(path: string, reason: string): PluginSandboxError {
  return new PluginSandboxError(`The plugin may not read ${printable(path)}: ${reason}`, {
    code: 'PERMISSION_REFUSED',
    hint: 'Grant paths relative to the workspace only, and check where its links lead.',
  });
}

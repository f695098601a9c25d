import { chmod, mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Settings } from '../settings.js';

const SEARCH = 0o001;

/**
 * Where the servers of a plugin keep their data, made when it is not there. Where the host is root, its guests are other
 * users, to whom the sandbox gives the folder; undefined when a folder above is closed to them, after `caution` heard so.
 */
export async function dataFolder(
  { workspaceDir }: Settings,
  plugin: string,
  caution: (text: string) => void,
): Promise<string | undefined> {
  const parent = join(workspaceDir, '.agentmesh', 'data');
  const folder = join(parent, plugin);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (process.geteuid?.() !== 0) return folder;
  const closed = await closedFolder(dirname(await realpath(parent)));
  if (closed !== undefined) {
    caution(`What the server keeps is gone when it ends: ${closed} is closed to other users than root`);
    return undefined;
  }
  await chmod(parent, 0o755);
  return folder;
}

async function closedFolder(path: string): Promise<string | undefined> {
  for (let folder = path; ; folder = dirname(folder)) {
    if (((await stat(folder)).mode & SEARCH) === 0) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

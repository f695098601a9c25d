import { lstat, mkdir, realpath, rename, rm, rmdir, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { ifPresent } from './if-present.js';
import type { Workspace } from './workspace.js';

/**
 * Makes a complete generation the current one by one rename. An empty folder in the place of the link goes first, as does the
 * old link on Windows, which cannot rename over it; {@link finishFlip} completes a flip that was killed in between.
 */
export async function flip(workspace: Workspace, generation: number): Promise<void> {
  const { pluginsDir, nextLink, generationsDir } = workspace;
  await mkdir(dirname(pluginsDir), { recursive: true });
  // Relative to the real folder, since the kernel reads a link from there; a moved workspace keeps working.
  const from = await realpath(dirname(pluginsDir));
  const target = relative(from, join(await realpath(generationsDir), String(generation)));
  await rm(nextLink, { force: true });
  await symlink(target, nextLink, 'junction');
  await makeRoom(pluginsDir);
  await rename(nextLink, pluginsDir);
}

/** Completes a flip whose place is empty already, and drops one that had not come that far. */
export async function finishFlip(workspace: Workspace): Promise<void> {
  const { pluginsDir, nextLink } = workspace;
  if ((await ifPresent(lstat(nextLink))) === undefined) return;
  if ((await ifPresent(lstat(pluginsDir))) === undefined) await rename(nextLink, pluginsDir);
  else await rm(nextLink, { force: true });
}

async function makeRoom(pluginsDir: string): Promise<void> {
  const stats = await ifPresent(lstat(pluginsDir));
  if (stats?.isDirectory() === true) await rmdir(pluginsDir);
  else if (stats !== undefined && process.platform === 'win32') await rm(pluginsDir);
}

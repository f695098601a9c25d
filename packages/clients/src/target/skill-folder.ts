import { lstat, readlink, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { listTree } from '@agentmesh/artifact';
import { isMarketplaceError } from '@agentmesh/errors';
import type { WantedTarget } from '../journal/owned-target.js';
import { copySkill } from './copy-skill.js';
import { digestText } from './digest-text.js';

/** The error of {@link putSkillFolder} where no link can be made. */
export const LINKS_REFUSED = 'LINKS_REFUSED';

/** What stands at the place of a skill, as a digest: a link by what it says, a folder by its files. Undefined for nothing. */
export async function inspectSkillFolder(path: string): Promise<string | undefined> {
  const found = await lstat(path).catch(unlessAbsent);
  if (found === undefined) return undefined;
  if (found.isSymbolicLink()) return digestLink(await readlink(path));
  if (!found.isDirectory()) return 'other';
  try {
    return await digestFolder(path);
  } catch (error) {
    // What no plugin may hold was put there by somebody else.
    if (isMarketplaceError(error)) return 'other';
    throw error;
  }
}

/** The digest of a folder by the paths, contents and modes of all its files. */
export async function digestFolder(path: string): Promise<string> {
  const { files } = await listTree(path);
  return `tree:${digestText(JSON.stringify(files.map((file) => [file.path, file.sha256])))}`;
}

/** The digest of a link that says this. */
export function digestLink(to: string): string {
  return `link:${to}`;
}

/**
 * Puts a link to the installed folder, or a copy of it, in place of nothing or of what was put there before.
 *
 * @param token part of the names of temporary folders beside it
 * @throws Error with code `LINKS_REFUSED` where the file system has no links; MarketplaceError of `copySkill`
 */
export async function putSkillFolder(path: string, wanted: WantedTarget, token: string): Promise<void> {
  const fresh = besides(path, token, 'new');
  await rm(fresh, { recursive: true, force: true });
  if (wanted.link === undefined) await copySkill(wanted.source ?? '', fresh);
  else await link(wanted.link, fresh);
  const found = await lstat(path).catch(unlessAbsent);
  // A link is replaced in one step; a folder is not, and the journal bridges the gap.
  const isFolder = found?.isDirectory() === true;
  if (isFolder) await rename(path, besides(path, token, 'old'));
  else if (found !== undefined && wanted.link === undefined) await rm(path);
  await rename(fresh, path);
  if (isFolder) await rm(besides(path, token, 'old'), { recursive: true, force: true });
}

/** Takes away what was put there. */
export async function takeSkillFolder(path: string, token: string): Promise<void> {
  const old = besides(path, token, 'old');
  await rename(path, old);
  await rm(old, { recursive: true, force: true });
}

/** Removes what a process that was killed has left beside the place. */
export async function clearSkillFolder(path: string, token: string): Promise<void> {
  for (const state of ['new', 'old']) await rm(besides(path, token, state), { recursive: true, force: true });
}

async function link(to: string, path: string): Promise<void> {
  try {
    await symlink(to, path, 'junction');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EPERM' && code !== 'ENOSYS' && code !== 'EOPNOTSUPP' && code !== 'ENOTSUP') throw error;
    throw Object.assign(new Error('No links here', { cause: error }), { code: LINKS_REFUSED });
  }
}

function besides(path: string, token: string, state: string): string {
  return join(dirname(path), `.agentmesh-${token}-${state}-${basename(path)}`);
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { makeFolder } from '@agentmesh/files';
import { environmentName, flagName } from './config/config-names.js';
import type { ServerConfig } from './config/server-config.js';

const OCI = 'oci://';
const SQLITE = /^sqlite:(?:\/\/(?=\/))?(.+)$/;
const MAX_SHOWN = 1_000;
const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'no folder can be made there',
  ENOTDIR: 'a part of its path is no folder',
  EEXIST: 'something else is in its place',
  EACCES: 'this user may not write there',
  EPERM: 'no folder may be made there',
  EROFS: 'its file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ELOOP: 'its path leads in circles',
  ENAMETOOLONG: 'its path is too long',
};

/**
 * Makes the folders that the configuration names, and sees that they can be written to: said at the start it is a setting to mend, and
 * later a request that fails.
 *
 * @throws MarketplaceError `SETTINGS_INVALID`
 */
export async function prepareFolders(config: ServerConfig): Promise<void> {
  const { dataDir, artifacts, database, workspacesDir, install } = config;
  await prepare('dataDir', dataDir, 0o700);
  const file = SQLITE.exec(database)?.[1];
  if (file !== undefined) await prepare('database', dirname(file));
  if (!artifacts.startsWith(OCI)) await prepare('artifacts', artifacts);
  if (install.engine === undefined) await prepare('workspacesDir', workspacesDir);
  await prepare('credentialKeys', dirname(install.credentialKeys));
}

async function prepare(setting: string, path: string, mode = 0o777): Promise<void> {
  try {
    await makeFolder(path, mode);
    await access(path, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const why = WHY[codeOf(cause) ?? ''];
    if (why === undefined) throw cause;
    throw new MarketplaceError(`The folder ${printable(path, MAX_SHOWN)} cannot be used: ${why}`, {
      code: 'SETTINGS_INVALID',
      hint: `Name another with --${flagName(setting)} or ${environmentName(setting)}, or mend this one.`,
      cause,
    });
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

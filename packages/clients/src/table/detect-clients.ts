import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from './client.js';
import { CLIENTS } from './clients.js';

/** A client that seems to be in use, and the files and folders that say so. */
export interface DetectedClient {
  readonly client: Client;
  readonly project: readonly string[];
  readonly user: readonly string[];
}

/** Finds the clients that left signs in a project's folder or in the user's home. Only looks whether they exist; opens nothing. */
export async function detectClients(folders: {
  readonly projectDir?: string;
  readonly homeDir?: string;
}): Promise<DetectedClient[]> {
  const rows = CLIENTS.map(async (client) => ({
    client,
    project: await existing(folders.projectDir, client.signs.project),
    user: await existing(folders.homeDir, client.signs.user),
  }));
  return (await Promise.all(rows)).filter(({ project, user }) => project.length + user.length > 0);
}

async function existing(dir: string | undefined, paths: readonly string[]): Promise<string[]> {
  if (dir === undefined) return [];
  const found = paths.map((path) =>
    lstat(join(dir, path)).then(
      () => [path],
      () => [],
    ),
  );
  return (await Promise.all(found)).flat();
}

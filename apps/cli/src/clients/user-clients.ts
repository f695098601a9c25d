import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readFileLimited, writeFileAtomic } from '@agentmesh/files';
import type { Settings } from '../settings.js';

/**
 * What this project brings into the user's own clients. It lies in the user's folder: nothing that came with a clone may decide about the user's
 * own agents.
 */
export interface UserClients {
  readonly clients: readonly string[];
  /** Names of the plugins that were brought there from here. */
  readonly plugins: readonly string[];
}

const MAX_BYTES = 1_048_576;
const NONE: UserClients = { clients: [], plugins: [] };

/** Reads what was noted; nothing for a file that is not there or is none of ours, since all it decides can be chosen again. */
export async function readUserClients(settings: Settings): Promise<UserClients> {
  const bytes = await readFileLimited(userClientsPath(settings), MAX_BYTES).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (bytes === undefined) return NONE;
  const { clients, plugins } = parse(bytes.toString('utf8'));
  return isTexts(clients) && isTexts(plugins) ? { clients, plugins } : NONE;
}

/** Notes it. */
export async function writeUserClients(settings: Settings, { clients, plugins }: UserClients): Promise<void> {
  const path = userClientsPath(settings);
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, `${JSON.stringify({ clients, plugins })}\n`);
}

/** Where it is noted for the project of these settings. */
export function userClientsPath({ userDir, home }: Settings): string {
  return join(userDir, 'clients', 'projects', `${createHash('sha256').update(home).digest('hex')}.json`);
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withFileLock, writeFileAtomic } from '@agentmesh/files';
import type { TokenRows } from '@agentmesh/registry-sql';
import { mintToken } from './access-token.js';

/** Where the first token is written, and when it was made. */
export interface FirstToken {
  readonly dataDir: string;
  readonly tokens: TokenRows;
  readonly now: () => Date;
}

/**
 * Gives a server without any token its first one, for its admin, in a file that only its user may read.
 *
 * @returns the file's path; undefined when there are tokens already
 */
export async function createFirstToken({ dataDir, tokens, now }: FirstToken): Promise<string | undefined> {
  const path = join(dataDir, 'admin-token');
  return withFileLock(`${path}.lock`, {}, async () => {
    if ((await tokens.count()) > 0) return undefined;
    const { id, text, hash } = mintToken();
    // The file goes first: a token that nobody knows would keep everybody out.
    await writeFileAtomic(path, `${text}\n`, { mode: 0o600 });
    try {
      await tokens.add({ id, hash, label: 'first', scopes: ['admin'], createdAt: now().toISOString() });
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    return path;
  });
}

import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { copyContent, listTree } from '@agentmesh/artifact';
import { MarketplaceError, printable } from '@agentmesh/errors';

/**
 * Copies an installed folder to a place where nothing is. Links are refused; files that a store shares by hard links become files of their own.
 *
 * @throws MarketplaceError `TREE_NOT_FOUND`, `TREE_UNSAFE`, `TREE_TOO_LARGE`, `TREE_CHANGED` for a file that changed meanwhile
 */
export async function copySkill(source: string, target: string): Promise<void> {
  const { files } = await listTree(source);
  await mkdir(target, { recursive: true });
  for (const file of files) {
    const { path, executable } = file;
    const to = join(target, path);
    await mkdir(dirname(to), { recursive: true });
    const mode = executable ? 0o755 : 0o644;
    if (!(await copyContent({ from: join(source, path), to, content: file, mode, method: 'reflink' }))) {
      throw new MarketplaceError(`${printable(path)} changed while it was copied`, {
        code: 'TREE_CHANGED',
        hint: 'Install again when nothing else changes the plugin.',
      });
    }
  }
}

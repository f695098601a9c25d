import { join } from 'node:path';
import { IGNORE_FILENAME, type IgnoreRules, parseIgnoreRules } from './ignore-rules.js';
import { lstatIfThere } from './lstat-if-there.js';
import { readTreeFile } from './read-tree-file.js';
import { tooLarge } from './refusal.js';

const MAX_BYTES = 65_536;

/**
 * The ignore rules of a folder; those that always hold when it has no `.agentmeshignore`.
 *
 * @throws MarketplaceError `IGNORE_INVALID`, `TREE_UNSAFE` when the file is a link, `TREE_TOO_LARGE` over 64 KiB
 */
export async function readIgnoreRules(root: string, signal?: AbortSignal): Promise<IgnoreRules> {
  const chunks: Buffer[] = [];
  if ((await lstatIfThere(join(root, IGNORE_FILENAME))) === undefined) return parseIgnoreRules('');
  await readTreeFile(root, IGNORE_FILENAME, {
    singleLink: true,
    signal,
    onSize: (size) => {
      if (size > MAX_BYTES) throw tooLarge(IGNORE_FILENAME, `it is longer than ${MAX_BYTES} bytes`);
    },
    onChunk: (chunk) => void chunks.push(chunk),
  });
  return parseIgnoreRules(Buffer.concat(chunks).toString('utf8'));
}

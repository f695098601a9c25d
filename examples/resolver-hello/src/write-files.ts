import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MarketplaceError } from '@agentmesh/errors';
import type { FetchContext } from '@agentmesh/resolver';

/** Writes files into `target`, counting the limits as it goes; leaves nothing there when it fails. */
export async function writeFiles(
  files: Readonly<Record<string, string>>,
  target: string,
  { signal, limits, onProgress }: FetchContext,
): Promise<void> {
  let count = 0;
  let bytes = 0;
  try {
    for (const [path, text] of Object.entries(files)) {
      signal.throwIfAborted();
      count += 1;
      bytes += Buffer.byteLength(text);
      if (count > limits.maxFiles || bytes > limits.maxBytes) throw tooLarge();
      await mkdir(dirname(join(target, path)), { recursive: true });
      await writeFile(join(target, path), text, { signal });
      onProgress?.({ bytes, files: count });
    }
    signal.throwIfAborted();
  } catch (error) {
    for (const entry of await readdir(target)) await rm(join(target, entry), { recursive: true, force: true });
    throw signal.aborted ? signal.reason : error;
  }
}

function tooLarge(): MarketplaceError {
  return new MarketplaceError('The plugin is larger than it may be', {
    code: 'FETCH_TOO_LARGE',
    hint: 'Allow more with the limits maxFiles and maxBytes.',
  });
}

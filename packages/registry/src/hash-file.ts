import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** The `sha512-…` integrity of a file, read piece by piece. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return `sha512-${hash.digest('base64')}`;
}

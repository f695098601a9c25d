import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it, where they are not there. As `mkdir` with `recursive`, which tries for ever where the folder above is
 * there and takes none, as `/proc` is (measured with Node 24).
 *
 * @param mode of what is made, before the umask (default 0777)
 * @throws file system errors: `ENOENT` where none can be made, `EEXIST` or `ENOTDIR` for something else in its place
 */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  try {
    await makeOne(path, mode);
  } catch (error) {
    const parent = dirname(path);
    if (codeOf(error) !== 'ENOENT' || parent === path) throw error;
    await makeFolder(parent, mode);
    await makeOne(path, mode);
  }
}

async function makeOne(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    const isThere = codeOf(error) === 'EEXIST' || codeOf(error) === 'EROFS';
    if (isThere && (await stat(path)).isDirectory()) return;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

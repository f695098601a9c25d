import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** How {@link writeFileAtomic} makes the file. */
export interface WriteFileOptions {
  /** Mode bits, whatever the umask says (default 0o644). */
  readonly mode?: number;
  /** False leaves it to the system when the bytes reach the disk: enough for what can be made anew after a power cut (default true). */
  readonly durable?: boolean;
}

/**
 * Replaces `path` in one step: a reader sees the old bytes or the new ones, also when the process is killed midway.
 * Unless told otherwise the bytes are on disk before the name changes. Refuses nothing itself; file system errors pass through.
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  options: WriteFileOptions = {},
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${uniqueSuffix()}.tmp`);
  try {
    await writeNew(temporary, data, options);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeNew(path: string, data: string | Uint8Array, options: WriteFileOptions): Promise<void> {
  const { mode = 0o644, durable = true } = options;
  const handle = await open(path, 'wx', mode);
  try {
    await handle.writeFile(data);
    await handle.chmod(mode);
    if (durable) await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Need not be secret: the file is made exclusively, so a name that somebody took is an error and never followed. */
function uniqueSuffix(): string {
  return `${process.pid.toString(36)}${Math.random().toString(36).slice(2)}`;
}

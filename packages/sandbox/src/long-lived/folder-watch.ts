import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';

const INTERVAL_MS = 250;
const MAX_ENTRIES = 10_000;
/** What a file costs the disk, whatever is in it. */
const ENTRY_BYTES = 4096;

/** What a {@link watchFolder} is told. */
export interface FolderWatchOptions {
  readonly folder: string;
  readonly maxBytes: number;
  /** Called once when the folder holds more, or more than 10,000 entries. */
  onExceeded(): void;
}

/**
 * Looks four times a second at how much a folder holds. Links are not followed.
 *
 * @returns a function that ends it
 */
export function watchFolder({ folder, maxBytes, onExceeded }: FolderWatchOptions): () => void {
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const fits = await holdsAtMost(folder, maxBytes);
    if (isOver) return;
    if (fits) timer = setTimeout(() => void look(), INTERVAL_MS).unref();
    else onExceeded();
  };
  void look();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

async function holdsAtMost(folder: string, maxBytes: number): Promise<boolean> {
  let bytes = 0;
  let entries = 0;
  try {
    for await (const entry of await opendir(folder, { recursive: true })) {
      const stats = await lstat(join(entry.parentPath, entry.name)).catch(() => undefined);
      entries += 1;
      bytes += Math.max(stats?.size ?? 0, ENTRY_BYTES);
      if (bytes > maxBytes || entries > MAX_ENTRIES) return false;
    }
  } catch {
    // A folder went away while it was listed; the next look sees what is there.
  }
  return true;
}

import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { MarketplaceError, printable } from '@agentmesh/errors';

/** Without waiting: opening a named pipe for reading would otherwise block until somebody writes. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a regular file of at most `maxBytes` bytes; the size is checked again while reading, so a growing file cannot pass.
 *
 * @throws MarketplaceError `FILE_TOO_LARGE`, `FILE_NOT_REGULAR`; file system errors pass through
 */
export async function readFileLimited(path: string, maxBytes: number): Promise<Buffer> {
  const handle = await open(path, READ);
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) {
      throw new MarketplaceError(`Expected a regular file at ${printable(path)}`, { code: 'FILE_NOT_REGULAR' });
    }
    const buffer = Buffer.allocUnsafe(Math.min(stat.size, maxBytes) + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) return buffer.subarray(0, length);
      length += bytesRead;
    }
    throw new MarketplaceError(
      `Expected at most ${maxBytes} bytes in ${printable(path)}, and no change while reading`,
      {
        code: 'FILE_TOO_LARGE',
      },
    );
  } finally {
    await handle.close();
  }
}

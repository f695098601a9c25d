import { MarketplaceError, printable } from '@agentmesh/errors';
import { TreeWriter } from './tree-writer.js';

const MAX_PATH_SHOWN = 1_000;

/**
 * Opens an absent or empty target for the work and removes what was written when the work throws.
 *
 * @throws MarketplaceError `TARGET_NOT_EMPTY`; `CLEANUP_FAILED` with the work's error as its cause; whatever the work throws
 */
export async function fillTarget<T>(target: string, work: (writer: TreeWriter) => Promise<T>): Promise<T> {
  const writer = await TreeWriter.open(target);
  try {
    return await work(writer);
  } catch (error) {
    await abandon(writer, target, error);
    throw error;
  }
}

async function abandon(writer: TreeWriter, target: string, cause: unknown): Promise<void> {
  try {
    await writer.abandon();
  } catch (error) {
    throw new MarketplaceError(
      `Could not remove what was written to ${printable(target, MAX_PATH_SHOWN)} (${printable(String(error))}) after: ${String(cause)}`,
      { code: 'CLEANUP_FAILED', hint: 'Remove the folder by hand; its content is incomplete.', cause },
    );
  }
}

import { isMarketplaceError } from '@agentmesh/errors';
import type { Activation, Deactivation, Removal, WrittenItem } from './activation.js';
import type { InstallContext } from './install-context.js';

/**
 * Has the context remove what an activation wrote, the last thing first. What cannot be removed is kept, with the reason,
 * and does not stop the rest. This is all that `deactivate` of most adapters does.
 */
export async function takeBack(activation: Activation, context: InstallContext): Promise<Deactivation> {
  const removed: Deactivation['removed'][number][] = [];
  const kept: Deactivation['kept'][number][] = [];
  for (const item of activation.written.toReversed()) {
    const removal = await tryToRemove(item, context);
    if (removal.removed) removed.push(item);
    else kept.push({ ...item, reason: removal.reason, message: removal.message });
  }
  return { removed, kept };
}

async function tryToRemove(item: WrittenItem, context: InstallContext): Promise<Removal> {
  try {
    return await context.remove(item);
  } catch (error) {
    const message = isMarketplaceError(error) ? error.message : 'It could not be removed';
    return { removed: false, reason: 'failed', message };
  }
}

import { MarketplaceError } from '@agentmesh/errors';
import type { AsideAnswer, AsideTask } from './aside-task.js';
import { runAside } from './run-aside.js';

/**
 * Does a task on a thread of its own and throws what it found to be wrong.
 *
 * @throws MarketplaceError with the code of the task's error; `NOT_PUBLISHABLE` when it took too much
 */
export async function answerAside(task: AsideTask): Promise<AsideAnswer> {
  const answer = await runAside(task);
  if (answer.kind !== 'error') return answer;
  const { message, code, hint, findings } = answer;
  throw new MarketplaceError(message, { code, hint, findings });
}

import { isMarketplaceError, MarketplaceError } from '@agentmesh/errors';

/**
 * Runs `work` for every item, no more than `limit` at once. After the first failure nothing new is begun; what runs is waited for, so
 * that nothing writes into a stage which is being removed.
 *
 * @returns the answers in the order of the items
 * @throws the failure itself; for several a MarketplaceError with the code of the first one that names all
 */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const answers: R[] = [];
  const failures = new Map<number, unknown>();
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) {
      if (failures.size > 0) return;
      try {
        answers[index] = await work(item);
      } catch (error) {
        failures.set(index, error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(limit, items.length)) }, worker));
  if (failures.size > 0) throw combine([...failures].sort(([a], [b]) => a - b).map(([, error]) => error));
  return answers;
}

function combine(errors: readonly unknown[]): unknown {
  const [first] = errors;
  const ours = errors.filter(isMarketplaceError);
  if (errors.length === 1 || ours.length < errors.length || !isMarketplaceError(first)) {
    return errors.find((error) => !isMarketplaceError(error)) ?? first;
  }
  const lines = ours.map(({ message, code }) => `\n- ${message} [${code}]`);
  return new MarketplaceError(`${ours.length} plugins were refused:${lines.join('')}`, {
    code: first.code,
    hint: first.hint,
    cause: new AggregateError(ours),
  });
}

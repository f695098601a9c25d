import { isMarketplaceError, MarketplaceError } from '@agentmesh/errors';
import { checkAnswer } from './check-answer.js';
import { type FetchDeadline, startDeadline } from './fetch-deadline.js';
import type { FetchLimits } from './fetch-limits.js';
import { type FetchStage, makeStage } from './fetch-stage.js';
import type { Source } from './source.js';
import type { FetchedPlugin, FetchProgress, SourceResolver } from './source-resolver.js';
import { untilAborted } from './until-aborted.js';

/** One fetch, ready to start: its resolver found, its limits complete. */
export interface FetchOrder {
  readonly resolver: SourceResolver;
  readonly source: Source;
  readonly target: string;
  readonly limits: FetchLimits;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined;
  readonly pinned?: 'required' | undefined;
}

/** Runs one resolver under a deadline into a stage, and commits the stage when the answer holds. See `SourceRegistry.fetch`. */
export async function fetchSource(order: FetchOrder): Promise<FetchedPlugin> {
  order.signal?.throwIfAborted();
  const deadline = startDeadline(order.limits.timeoutMs, order.signal);
  try {
    return await fetchIntoStage(order, deadline);
  } catch (error) {
    throw explain(error, order, deadline);
  } finally {
    deadline.end();
  }
}

async function fetchIntoStage(order: FetchOrder, deadline: FetchDeadline): Promise<FetchedPlugin> {
  const stage = await makeStage(order.target);
  const work = startResolver(order, stage, deadline);
  try {
    const answer = await untilAborted(work, deadline.signal);
    deadline.signal.throwIfAborted();
    const fetched = checkAnswer(answer, order.source);
    await stage.commit();
    return fetched;
  } catch (error) {
    discardWhenEnded(work, stage);
    await discardAfter(error, stage);
    throw error;
  }
}

async function discardAfter(failure: unknown, stage: FetchStage): Promise<void> {
  try {
    await stage.discard();
  } catch (error) {
    throw new AggregateError([failure, error], 'A fetch failed, and so did removing what it left');
  }
}

/** Async, so that a resolver that throws at once rejects like any other. */
async function startResolver(order: FetchOrder, stage: FetchStage, deadline: FetchDeadline): Promise<unknown> {
  const onProgress = (progress: FetchProgress) => {
    if (!deadline.signal.aborted) order.onProgress?.(progress);
  };
  const policy = order.pinned === undefined ? {} : { pinned: order.pinned };
  const context = { signal: deadline.signal, limits: order.limits, onProgress, ...policy };
  return order.resolver.fetch(order.source.spec, stage.path, context);
}

/** A resolver that ignores its signal may write on after its caller has gone; nobody is left to hear of a failure. */
function discardWhenEnded(work: Promise<unknown>, stage: FetchStage): void {
  const discard = () => stage.discard();
  work.then(discard, discard).catch(() => undefined);
}

function explain(error: unknown, order: FetchOrder, deadline: FetchDeadline): unknown {
  const { scheme } = order.source;
  if (order.signal?.aborted && !deadline.expired()) return order.signal.reason;
  if (deadline.expired()) {
    return new MarketplaceError(`Fetching from "${scheme}" took longer than ${order.limits.timeoutMs} ms`, {
      code: 'FETCH_TIMEOUT',
      hint: 'Try again, or allow more time with the limit timeoutMs.',
      cause: error,
    });
  }
  if (isMarketplaceError(error)) return error;
  return new MarketplaceError(`Fetching from "${scheme}" failed`, {
    code: 'FETCH_FAILED',
    hint: 'Try again; the cause of this error has what the resolver met.',
    cause: error,
  });
}

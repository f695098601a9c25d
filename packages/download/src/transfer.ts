import { Attempts } from './attempts.js';
import type { Deadline } from './deadline.js';
import type { DownloadEngine } from './download-engine.js';
import { bodyTooLarge, isTransient, shownHost, sizeMismatch, statusError } from './download-error.js';
import type { DownloadRequest } from './download-request.js';
import { continuesAt, totalBytes, validatorOf } from './resume-point.js';
import { isRetryStatus, retryAfterMs } from './retry-delay.js';
import { type Answer, sendRequest } from './send-request.js';
import type { Spool } from './spool.js';

/** One download under way. */
export interface TransferOrder {
  readonly engine: DownloadEngine;
  readonly request: DownloadRequest;
  readonly deadline: Deadline;
  readonly spool: Spool;
}

type Header = (name: string) => string | undefined;

/** How one attempt ended: complete, or to be tried again. */
type Outcome = { readonly header: Header } | { readonly error: unknown; readonly waitMs: number | undefined };

/**
 * Brings a file into the spool, over as many attempts as the rules allow; each goes on where the one before broke, when the
 * server can prove that the file is the same. Answers the headers of the last answer; errors are those of the HTTP client.
 */
export async function transfer(order: TransferOrder): Promise<Header> {
  const attempts = new Attempts(order.engine.retry, order.deadline.signal);
  const report = createReport(order.request);
  let validator: string | undefined;
  const remember = (header: Header): void => {
    validator = validatorOf(header);
  };
  for (;;) {
    const outcome = await attempt(order, { validator, remember, report });
    if ('header' in outcome) return outcome.header;
    if (!(await attempts.next(outcome.waitMs))) throw outcome.error;
    if (validator === undefined) await order.spool.restart();
  }
}

interface AttemptState {
  readonly validator: string | undefined;
  remember(header: Header): void;
  report(bytes: number, total: number | undefined): void;
}

async function attempt(order: TransferOrder, state: AttemptState): Promise<Outcome> {
  try {
    const answer = await ask(order, state.validator);
    const { response } = answer;
    if (isRetryStatus(response.status)) {
      await response.discard();
      return { error: errorOf(answer), waitMs: retryAfterMs(response.header) };
    }
    if (!(await isReady(order, answer, state.validator))) return { error: errorOf(answer), waitMs: 0 };
    state.remember(response.header);
    await receive(order, answer, state);
    return { header: response.header };
  } catch (error) {
    if (!isTransient(error)) throw error;
    return { error, waitMs: undefined };
  }
}

function ask({ engine, request, deadline, spool }: TransferOrder, validator: string | undefined): Promise<Answer> {
  const range = validator === undefined ? {} : { range: `bytes=${spool.size}-`, 'if-range': validator };
  return sendRequest(engine, {
    url: request.url,
    signal: deadline.signal,
    timeoutMs: deadline.timeoutMs,
    // What is there counts too; a body that begins anew is counted by `receive`.
    maxBytes: request.maxBytes,
    // An encoding on the way would make other bytes of those that the digest is for.
    decode: false,
    headers: { 'accept-encoding': 'identity', ...request.headers, ...(spool.size === 0 ? {} : range) },
    authorization: request.authorization,
    maxRedirects: request.maxRedirects,
  });
}

/** Brings spool and answer together; false when the answer does not go on where the spool ends, and is of no use. */
async function isReady({ spool }: TransferOrder, answer: Answer, validator: string | undefined): Promise<boolean> {
  const { response } = answer;
  if (spool.size > 0 && validator !== undefined && continuesAt(response, spool.size, validator)) return true;
  await spool.restart();
  if (response.status === 200) return true;
  await response.discard();
  if (response.status === 206 || response.status === 416) return false;
  throw errorOf(answer);
}

async function receive(order: TransferOrder, { response }: Answer, state: AttemptState): Promise<void> {
  const { spool, request } = order;
  const total = totalBytes(response);
  for await (const chunk of response.body) {
    if (spool.size + chunk.length > (request.size ?? Infinity)) throw sizeMismatch(request.size);
    if (spool.size + chunk.length > request.maxBytes) throw bodyTooLarge(shownHost(response.url), request.maxBytes);
    await spool.write(chunk);
    state.report(spool.size, total);
  }
}

function errorOf({ response, authorized }: Answer): Error {
  return statusError(response.status, shownHost(response.url), authorized);
}

/** Bytes that came anew after a restart are not told again: progress never goes back. */
function createReport({ onProgress }: DownloadRequest): AttemptState['report'] {
  let most = 0;
  return (bytes, total) => {
    most = Math.max(most, bytes);
    onProgress?.(total === undefined ? { bytes: most } : { bytes: most, totalBytes: total });
  };
}

import type { GuardedResponse } from '@agentmesh/http';
import { Attempts } from './attempts.js';
import { startDeadline } from './deadline.js';
import type { DownloadEngine } from './download-engine.js';
import { type DownloadPlace, downloadError, isTransient, shownHost } from './download-error.js';
import type { ExchangeRequest } from './download-request.js';
import { isIdempotent, isRetryStatus, retryAfterMs } from './retry-delay.js';
import { type OutgoingRequest, sendRequest } from './send-request.js';

/** One exchange with retries; the last answer, whatever its status. See `Downloader.request`. */
export async function exchange(engine: DownloadEngine, request: ExchangeRequest): Promise<GuardedResponse> {
  request.signal.throwIfAborted();
  const { signal, timeout, timeoutMs } = startDeadline(request.signal, request.timeoutMs);
  const place = { host: shownHost(request.url), signal: request.signal, timeout };
  try {
    const response = await sendWithRetries(engine, { ...request, signal, timeoutMs });
    return withFetchErrors(response, place);
  } catch (error) {
    throw downloadError(error, place);
  }
}

async function sendWithRetries(engine: DownloadEngine, request: OutgoingRequest): Promise<GuardedResponse> {
  const mayRepeat = isIdempotent(request.method ?? 'GET');
  const attempts = new Attempts(engine.retry, request.signal);
  for (;;) {
    try {
      const { response } = await sendRequest(engine, request);
      if (!mayRepeat || !isRetryStatus(response.status)) return response;
      if (!(await attempts.next(retryAfterMs(response.header)))) return response;
      await response.discard();
    } catch (error) {
      if (!mayRepeat || !isTransient(error) || !(await attempts.next())) throw error;
    }
  }
}

/** The same answer, whose body fails in the codes of a fetch. */
function withFetchErrors(response: GuardedResponse, place: DownloadPlace): GuardedResponse {
  const body = readBody(response, place);
  return {
    status: response.status,
    url: response.url,
    headers: response.headers,
    header: (name) => response.header(name),
    body,
    bytes: async () => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
    discard: () => response.discard(),
  };
}

async function* readBody(response: GuardedResponse, place: DownloadPlace): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* response.body;
  } catch (error) {
    throw downloadError(error, place);
  }
}

import {
  authorizationOf,
  createDownloader,
  type Digest,
  type Downloader,
  findCredential,
  forgivingCache,
  parseJson,
} from '@agentmesh/download';
import { isMarketplaceError, MarketplaceError, printable } from '@agentmesh/errors';
import type { GuardedResponse } from '@agentmesh/http';
import { type AnswerCache, createAnswerCache, type KeptAnswer } from './answer-cache.js';
import { answerError, isProblem } from './answer-error.js';
import { ForeignAnswer } from './foreign-answer.js';
import type { HttpRegistryOptions } from './http-registry-options.js';
import { isPlainLoopback, parseRegistryUrl } from './registry-url.js';

/** A change that is asked for. */
export interface ApiChange {
  readonly method: 'DELETE' | 'POST' | 'PUT';
  readonly path: string;
  readonly type: string;
  readonly body: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** An archive to bring. */
export interface ArchiveOrder {
  readonly path: string;
  readonly digest: Digest;
  readonly size: number;
}

const TIMEOUT_MS = 60_000;
const ARCHIVE_TIMES = 5;
const MAX_ANSWER = 64 * 1024 * 1024;
const MAX_ARTIFACT = 100 * 1024 * 1024;
const MAX_VALUES = 4_000_000;
/** An answer that is confirmed is dated anew, but not each time: that would write a file for every read. */
const DATED_ANEW_MS = 3_600_000;
const UNREACHED: ReadonlySet<string> = new Set(['FETCH_FAILED', 'FETCH_TIMEOUT']);

/** Asks a registry over HTTP, or its cache. Redirects, addresses, proxies, retries and limits are those of the download step. */
export class ApiClient {
  readonly url: URL;
  readonly #options: HttpRegistryOptions;
  readonly #downloader: Downloader;
  readonly #answers: AnswerCache;
  readonly #signal: AbortSignal;

  /** @throws MarketplaceError `REGISTRY_URL_INVALID`, `PROXY_INVALID` */
  constructor(options: HttpRegistryOptions) {
    const { token: _, credentials: __, ...rest } = options;
    this.url = parseRegistryUrl(options.url);
    this.#options = options;
    this.#downloader = createDownloader(rest);
    this.#answers = createAnswerCache(forgivingCache(options), options.maxAnswerBytes ?? MAX_ANSWER);
    this.#signal = options.signal ?? new AbortController().signal;
  }

  get now(): Date {
    return this.#options.now?.() ?? new Date();
  }

  /** Whether a token would be sent. */
  async hasToken(): Promise<boolean> {
    return (await this.#authorization()) !== undefined;
  }

  /**
   * Reads JSON of the API, anew or confirmed; from the cache when the registry cannot be reached, which `onOld` is told.
   *
   * @throws MarketplaceError as `answerError` makes them; `ForeignAnswer`, `OFFLINE`, `FETCH_FAILED`, `FETCH_TIMEOUT`, `FETCH_TOO_LARGE`
   */
  async read(path: string): Promise<unknown> {
    const answer = await this.#get(path, (response) => {
      const isOurs = response.status === 200 ? isJson(response) : isProblem(response);
      if (!isOurs && response.status < 500 && response.status !== 429) {
        throw new ForeignAnswer(response.url.host, response.status);
      }
    });
    if (answer instanceof MarketplaceError) throw answer;
    return parseJson(answer, { maxValues: MAX_VALUES });
  }

  /**
   * Reads a file of a mirror, whatever its server says that it is; undefined when it is not there.
   *
   * @throws MarketplaceError as `read`
   */
  async readFile(path: string): Promise<Uint8Array | undefined> {
    let isMissing = false;
    const answer = await this.#get(path, ({ status }) => {
      isMissing = status === 404 || status === 410;
    });
    if (!(answer instanceof MarketplaceError)) return answer;
    if (isMissing) return undefined;
    throw answer;
  }

  /** Whether the cache has an answer, however old. */
  async isKept(path: string): Promise<boolean> {
    const found = await this.#answers.find(new URL(path, this.url), await this.#authorization());
    return found !== undefined;
  }

  /**
   * Sends a change, and gives what was answered; undefined for nothing. It goes to no other origin: a redirect is an error.
   *
   * @throws MarketplaceError as `answerError` makes them; `OFFLINE`, `FETCH_FAILED`, `FETCH_TIMEOUT`
   */
  async send({ method, path, type, body, headers, signal }: ApiChange): Promise<unknown> {
    const url = new URL(path, this.url);
    if (this.#options.offline === true) throw offline(url, 'A change needs the registry itself.');
    const response = await this.#downloader.request({
      ...{ url, method, body, maxRedirects: 0, authorization: false },
      signal: signal === undefined ? this.#signal : AbortSignal.any([signal, this.#signal]),
      timeoutMs: this.#timeoutMs * ARCHIVE_TIMES,
      maxBytes: this.#maxBytes,
      headers: { accept: 'application/json', 'content-type': type, ...headers, ...(await this.#authorized()) },
    });
    if (response.status === 204) return undefined;
    if (response.status !== 200 && response.status !== 201) throw await answerError(response);
    return parseJson(await response.bytes(), { maxValues: MAX_VALUES });
  }

  /**
   * Brings an archive, verified; the cache is asked first.
   *
   * @throws MarketplaceError `BLOB_NOT_FOUND`, `INTEGRITY_MISMATCH`, `FETCH_TOO_LARGE`, `OFFLINE`, `FETCH_FAILED`, `FETCH_TIMEOUT`
   */
  async download({ path, digest, size }: ArchiveOrder): Promise<Uint8Array> {
    const url = new URL(path, this.url);
    const { offline: isOffline, cache, maxArtifactBytes: maxBytes = MAX_ARTIFACT } = this.#options;
    if (isOffline === true) {
      const kept = await cache?.find(digest, { maxBytes });
      if (kept === undefined) throw offline(url, 'The archive was never downloaded here.');
      return kept;
    }
    const timeoutMs = this.#timeoutMs * ARCHIVE_TIMES;
    const order = { url, digest, size, maxBytes, timeoutMs, signal: this.#signal, authorization: false } as const;
    try {
      return (await this.#downloader.download({ ...order, headers: await this.#authorized() })).bytes;
    } catch (error) {
      if (!isMarketplaceError(error) || error.code !== 'SOURCE_NOT_FOUND') throw error;
      throw new MarketplaceError(`${printable(url.host)} does not have the files of a version that it lists`, {
        code: 'BLOB_NOT_FOUND',
        hint: 'It may ask for a token: agentmesh login. Else tell whoever runs the registry.',
        cause: error,
      });
    }
  }

  /** Closes its connections. */
  close(): Promise<void> {
    return this.#downloader.close();
  }

  get #timeoutMs(): number {
    return this.#options.timeoutMs ?? TIMEOUT_MS;
  }

  get #maxBytes(): number {
    return this.#options.maxAnswerBytes ?? MAX_ANSWER;
  }

  /** The body of a good answer, or the error of another one. */
  async #get(path: string, look: (response: GuardedResponse) => void): Promise<Uint8Array | MarketplaceError> {
    const url = new URL(path, this.url);
    const authorization = await this.#authorization();
    const kept = await this.#answers.find(url, authorization);
    if (this.#options.offline === true) {
      if (kept === undefined) throw offline(url, 'This was never asked for while there was a connection.');
      return this.#old(kept);
    }
    try {
      const response = await this.#ask(url, authorization, kept);
      if (kept !== undefined && response.status === 304) return await this.#confirmed(url, authorization, kept);
      if (kept !== undefined && (response.status >= 500 || response.status === 429)) {
        await response.discard();
        return this.#old(kept);
      }
      look(response);
      if (response.status !== 200) return await answerError(response);
      return await this.#fresh(url, authorization, response);
    } catch (error) {
      const isUnreached = isMarketplaceError(error) && UNREACHED.has(error.code) && !(error instanceof ForeignAnswer);
      if (kept === undefined || !isUnreached) throw error;
      return this.#old(kept);
    }
  }

  #ask(url: URL, authorization: string | undefined, kept: KeptAnswer | undefined): Promise<GuardedResponse> {
    return this.#downloader.request({
      url,
      authorization: false,
      signal: this.#signal,
      timeoutMs: this.#timeoutMs,
      maxBytes: this.#maxBytes,
      headers: {
        accept: 'application/json',
        ...(kept === undefined ? {} : { 'if-none-match': kept.etag }),
        ...(authorization === undefined ? {} : { authorization }),
      },
    });
  }

  async #fresh(url: URL, authorization: string | undefined, response: GuardedResponse): Promise<Uint8Array> {
    const body = await response.bytes();
    const etag = response.header('etag');
    if (etag !== undefined) await this.#answers.keep(url, authorization, { etag, at: this.now, body });
    return body;
  }

  async #confirmed(url: URL, authorization: string | undefined, kept: KeptAnswer): Promise<Uint8Array> {
    const at = this.now;
    if (at.getTime() - kept.at.getTime() > DATED_ANEW_MS) {
      await this.#answers.keep(url, authorization, { ...kept, at });
    }
    return kept.body;
  }

  #old(kept: KeptAnswer): Uint8Array {
    this.#options.onOld?.({ host: this.url.host, since: kept.at });
    return kept.body;
  }

  async #authorized(): Promise<Readonly<Record<string, string>>> {
    const authorization = await this.#authorization();
    return authorization === undefined ? {} : { authorization };
  }

  /**
   * What is sent to exactly this origin: the client drops it on the way to another. To loopback it goes without TLS too, which
   * the download step does with no credential of a source: here the user named the very registry.
   */
  async #authorization(): Promise<string | undefined> {
    const { token, credentials } = this.#options;
    if (token !== undefined) return `Bearer ${token}`;
    const url = new URL(this.url);
    if (isPlainLoopback(url)) {
      const port = url.port === '' ? '80' : url.port;
      url.protocol = 'https:';
      url.port = port;
    }
    const credential = await findCredential(credentials, url);
    return credential === undefined ? undefined : authorizationOf(credential);
  }
}

function isJson(response: GuardedResponse): boolean {
  return /^application\/json(?:;|$)/i.test(response.header('content-type') ?? '');
}

function offline(url: URL, why: string): MarketplaceError {
  return new MarketplaceError(`${printable(url.host)} is not asked while offline. ${why}`, {
    code: 'OFFLINE',
    hint: 'Try again with a connection.',
  });
}

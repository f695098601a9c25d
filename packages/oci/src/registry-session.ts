import { authorizationOf, type Credentials, type Downloader, findCredential } from '@agentmesh/download';
import type { MarketplaceError } from '@agentmesh/errors';
import type { GuardedResponse } from '@agentmesh/http';
import { parseChallenges } from './auth-challenge.js';
import { registryError } from './registry-error.js';
import { requestToken } from './token-request.js';

/** What a session with one repository works with. */
export interface SessionOptions {
  readonly downloader: Downloader;
  readonly credentials: Credentials | undefined;
  /** `https://registry.example/` */
  readonly registry: URL;
  readonly repository: string;
  readonly access: 'pull' | 'push';
  readonly tokenHosts: readonly string[];
  readonly signal: AbortSignal;
  readonly timeoutMs: number | undefined;
}

/** One request to a registry. */
export interface SessionRequest {
  readonly method?: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly maxBytes?: number;
}

/** A log-in to one repository for one purpose, kept for as long as that lasts. */
export class RegistrySession {
  readonly options: SessionOptions;
  #header: string | undefined;
  #authorized = false;

  constructor(options: SessionOptions) {
    this.options = options;
  }

  /** The Authorization header by now. */
  get authorization(): string | undefined {
    return this.#header;
  }

  /** The URL of something below the repository: `manifests/latest`. */
  url(path: string): URL {
    return new URL(`/v2/${this.options.repository}/${path}`, this.options.registry);
  }

  /**
   * One exchange. A challenge is answered once, with what there is; after that the answer stands, whatever it is. Another
   * origin than the registry's, to which it may send an upload, gets no credential and no token.
   */
  async exchange(request: SessionRequest): Promise<GuardedResponse> {
    if (request.url.origin !== this.options.registry.origin) return this.#send(request, false);
    const response = await this.#send(request, this.#header ?? false);
    if (response.status !== 401 || !(await this.#answer(response))) return response;
    await response.discard();
    return this.#send(request, this.#header ?? false);
  }

  /** The error of an answer that is no success; its body is not read. */
  async refusal(response: GuardedResponse): Promise<MarketplaceError> {
    await response.discard();
    const { registry, access } = this.options;
    return registryError({ status: response.status, registry: registry.host, authorized: this.#authorized, access });
  }

  #send(request: SessionRequest, authorization: string | false): Promise<GuardedResponse> {
    const { downloader, signal, timeoutMs } = this.options;
    return downloader.request({ ...request, signal, timeoutMs, authorization });
  }

  /** True when there is something new to try. */
  async #answer(response: GuardedResponse): Promise<boolean> {
    const headers = response.headers.filter(([name]) => name === 'www-authenticate');
    const challenges = headers.flatMap(([, value]) => parseChallenges(value));
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    const basic = challenges.find(({ scheme }) => scheme === 'basic');
    if (bearer === undefined && basic === undefined) return false;
    const { credentials, registry } = this.options;
    const credential = await findCredential(credentials, registry);
    if (credential !== undefined && (bearer === undefined || credential.username === undefined)) {
      // Without a user name it is a token of the registry's own, which needs no exchange.
      this.#header = authorizationOf(credential);
      this.#authorized = true;
      return true;
    }
    if (bearer === undefined) return false;
    const { repository, access } = this.options;
    const scope = `repository:${repository}:${access === 'push' ? 'pull,push' : 'pull'}`;
    const granted = await requestToken(this.options.downloader, {
      ...this.options,
      ...{ challenge: bearer, credential, scope },
    });
    this.#header = `Bearer ${granted.token}`;
    this.#authorized = granted.authorized;
    return true;
  }
}

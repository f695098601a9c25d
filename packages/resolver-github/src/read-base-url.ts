import { MarketplaceError } from '@agentmesh/errors';

/** Where repositories are. */
export interface GithubBase {
  readonly transport: 'https' | 'http';
  readonly host: string;
  readonly port?: number;
  /** Folders before the owner, each with its slash behind it. */
  readonly prefix: string;
}

const DEFAULT_BASE = 'https://github.com';

/**
 * Reads the base URL of GitHub or of a GitHub Enterprise server.
 *
 * @throws MarketplaceError `SOURCE_SYNTAX` for one that is no https or http URL, or holds a user name, a password, a query or a fragment
 */
export function readBaseUrl(text: string = DEFAULT_BASE): GithubBase {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const transport = url?.protocol === 'https:' ? 'https' : url?.protocol === 'http:' ? 'http' : undefined;
  if (url === undefined || transport === undefined || `${url.username}${url.password}${url.search}${url.hash}` !== '') {
    throw new MarketplaceError('Expected a base URL such as https://github.example', {
      code: 'SOURCE_SYNTAX',
      hint: 'Give scheme and host; credentials are set up apart from it.',
    });
  }
  return {
    transport,
    host: url.hostname,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    prefix: url.pathname.replace(/^\/+|\/+$/g, '').replace(/(?<=.)$/, '/'),
  };
}

import { MarketplaceError } from '@agentmesh/errors';

const DEFAULT_BASE = 'https://clawhub.ai';

/**
 * The base URL of a ClawHub server, with a slash at its end.
 *
 * @throws MarketplaceError `SOURCE_SYNTAX` for one that is no https or http URL, or holds credentials, a query or a fragment
 */
export function readBaseUrl(text: string = DEFAULT_BASE): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url === undefined || !isWeb || `${url.username}${url.password}${url.search}${url.hash}` !== '') {
    throw new MarketplaceError(`Expected a base URL such as ${DEFAULT_BASE}`, {
      code: 'SOURCE_SYNTAX',
      hint: 'Give scheme and host; credentials are set up apart from it.',
    });
  }
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/`;
  return url;
}

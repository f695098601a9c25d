import { MarketplaceError } from '@agentmesh/errors';

const LOOPBACK = /^(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])$/;

/**
 * Reads the URL of a registry: https, or http on loopback alone; a path is kept, for servers behind a proxy.
 *
 * @returns the URL with a path that ends with `/`
 * @throws MarketplaceError `REGISTRY_URL_INVALID`; the URL is not told, since it may hold a password
 */
export function parseRegistryUrl(text: string | URL): URL {
  const url = URL.parse(String(text));
  if (url === null) throw invalid('it is no URL');
  if (url.username !== '' || url.password !== '') throw invalid('it has a user name or password in it');
  if (url.search !== '' || url.hash !== '') throw invalid('it has a query or a fragment');
  if (url.protocol !== 'https:' && !isPlainLoopback(url)) throw invalid('it is not https, and http is for loopback');
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/** True for http to this very machine: nobody on the way could read along. */
export function isPlainLoopback(url: URL): boolean {
  return url.protocol === 'http:' && LOOPBACK.test(url.hostname);
}

function invalid(why: string): MarketplaceError {
  return new MarketplaceError(`The URL of the registry cannot be used: ${why}`, {
    code: 'REGISTRY_URL_INVALID',
    hint: 'Write it like https://plugins.example.com or http://127.0.0.1:8080; a token is kept with agentmesh login.',
  });
}

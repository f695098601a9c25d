import { type Digest, parseDigest } from '@agentmesh/download';
import { MarketplaceError } from '@agentmesh/errors';
import { resolverName } from '@agentmesh/resolver';

/** The schemes of this package. */
export type UrlScheme = 'https' | 'http';

/** What a spec says. */
export interface ArchiveUrl {
  /** Without a fragment. */
  readonly url: URL;
  /** What the archive must be; undefined where the spec does not say. */
  readonly digest: Digest | undefined;
  /** The name for a plugin without a manifest: the file's, without its extension. */
  readonly name: string;
}

const MAX_SPEC = 4_096;
/** RFC 3986, 3.2.2 and 3.3, without user information; a host has to be letters, digits, dots and hyphens, or IPv6. */
const SPEC = new RegExp(
  String.raw`^(?<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?` +
    "(?<path>(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*)+)" +
    String.raw`(?:\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?(?:#(?<fragment>.*))?$`,
);
const ARCHIVE = /^(?<base>.+)\.(?:tgz|tar\.gz|zip)$/i;
const LOOPBACK = /^(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])$/;

/**
 * Reads a spec: a URL without its scheme whose path ends in `.tgz`, `.tar.gz` or `.zip`, and optionally `#sha256=` or
 * `#sha512=` with hex or base64. What a URL parser would change (dots in the path, an address in another spelling) is refused,
 * so that what is asked for is what was written. Nothing of a spec is ever shown, since it may hold a secret.
 *
 * @throws MarketplaceError `SOURCE_SYNTAX`
 */
export function parseArchiveUrl(spec: string, scheme: UrlScheme): ArchiveUrl {
  const { host = '', path = '', fragment } = (spec.length <= MAX_SPEC && SPEC.exec(spec)?.groups) || {};
  if (host === '') throw syntaxError('Expected a URL without its scheme, such as example.com/my-plugin.tgz');
  const url = URL.parse(`${scheme}://${spec}`);
  if (url === null || url.hostname !== host.toLowerCase() || url.pathname !== path) {
    throw syntaxError('Expected a URL in its plain form: no "." or ".." in the path, addresses in four decimal parts');
  }
  if (scheme === 'http' && !LOOPBACK.test(url.hostname)) {
    throw syntaxError('Expected https for every host but loopback', 'Write https:// instead of http://.');
  }
  const digest = fragment === undefined ? undefined : readFragment(fragment);
  url.hash = '';
  return { url, digest, name: nameOf(path) };
}

function nameOf(path: string): string {
  const file = decode(path.slice(path.lastIndexOf('/') + 1));
  const base = ARCHIVE.exec(file)?.groups?.base;
  if (base === undefined) throw syntaxError('Expected a path that ends in .tgz, .tar.gz or .zip');
  return resolverName(base);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw syntaxError('Expected a file name in UTF-8');
  }
}

/** Hex and base64 of the same digest differ in length, so that no text means two. */
function readFragment(fragment: string): Digest {
  const [, algorithm, value = ''] = /^(sha256|sha512)=([^\s]+)$/.exec(fragment) ?? [];
  const digest = parseDigest(`${algorithm}:${value}`) ?? parseDigest(`${algorithm}-${value}`);
  if (digest !== undefined) return digest;
  throw syntaxError('Expected #sha256=… or #sha512=… in hex or base64 after the URL, or nothing');
}

function syntaxError(message: string, hint?: string): MarketplaceError {
  return new MarketplaceError(message, {
    code: 'SOURCE_SYNTAX',
    hint: hint ?? 'A user name or password does not belong into a URL: give it as a credential of the host.',
  });
}

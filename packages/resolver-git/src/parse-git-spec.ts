import { type GitParts, parseGitParts } from './git-parts.js';
import type { GitSource } from './git-source.js';
import { syntaxError } from './syntax-error.js';

/** What {@link parseGitSpec} reads. */
export type GitScheme = 'git' | 'git+ssh';

const REPOSITORY = /^(?:([^@/]*)@)?([^@/:]+)(?::([0-9]{1,5}))?\/(.+)$/;
const USER = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/;
const LABEL = /^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$/;
const IPV4 = /^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}$/;
const SEGMENT = /^[A-Za-z0-9_~][A-Za-z0-9._~+-]{0,99}$/;
const MAX_HOST = 253;
const MAX_SEGMENTS = 20;

/**
 * Reads `host[:port]/path[//folder][#ref]`, with `user@` before the host over ssh alone: over https that place is where
 * credentials leak. A host is a name (RFC 1123) or an IPv4 address in four decimal parts; the other spellings of an address are
 * for parsers to disagree about.
 *
 * @throws MarketplaceError `SOURCE_SYNTAX`
 */
export function parseGitSpec(spec: string, scheme: GitScheme): GitSource {
  const { repository, ...parts } = parseGitParts(spec);
  const [, user, hostText = '', port, path] = REPOSITORY.exec(repository) ?? [];
  if (path === undefined) throw syntaxError('Expected a host and a path, such as git.example/group/plugin.git');
  const place = { host: checkHost(hostText), ...readPort(port), path: checkRepositoryPath(path) };
  return { ...place, ...loginOf(user, scheme), ...refAndFolder(parts) };
}

function refAndFolder(parts: Omit<GitParts, 'repository'>): Pick<GitSource, 'ref' | 'subPath'> {
  return {
    ...(parts.subPath === undefined ? {} : { subPath: parts.subPath }),
    ...(parts.ref === undefined ? {} : { ref: parts.ref }),
  };
}

function checkHost(text: string): string {
  const host = text.toLowerCase();
  const labels = host.split('.');
  const isName =
    host.length <= MAX_HOST && labels.every((label) => LABEL.test(label)) && /[a-z]/.test(labels.at(-1) ?? '');
  // A last label that begins with a digit makes an address of a name, for some.
  if (IPV4.test(host) || (isName && !/^[0-9]/.test(labels.at(-1) ?? ''))) return host;
  throw syntaxError('Expected a host name or an IPv4 address before the path');
}

function readPort(text: string | undefined): { readonly port?: number } {
  if (text === undefined) return {};
  const port = Number(text);
  if (port >= 1 && port <= 65_535 && String(port) === text) return { port };
  throw syntaxError('Expected a port of 1 to 65535');
}

function checkRepositoryPath(path: string): string {
  const segments = path.split('/');
  if (segments.length <= MAX_SEGMENTS && segments.every((segment) => SEGMENT.test(segment))) return path;
  throw syntaxError(
    'Expected the path of a repository: letters, digits and . _ ~ + - between slashes, none of . + - first',
  );
}

function loginOf(user: string | undefined, scheme: GitScheme): Pick<GitSource, 'transport' | 'user'> {
  if (scheme === 'git+ssh') {
    if (user === undefined || USER.test(user)) return { transport: 'ssh', user: user ?? 'git' };
    throw syntaxError('Expected a user name of letters, digits and . _ - before "@"');
  }
  if (user === undefined) return { transport: 'https' };
  throw syntaxError('Expected no user name and no password in a source');
}

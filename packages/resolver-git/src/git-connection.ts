import { isIP } from 'node:net';
import { getCACertificates } from 'node:tls';
import { authorizationOf, bypassProxy } from '@agentmesh/download';
import { isMarketplaceError, MarketplaceError } from '@agentmesh/errors';
import { createHostGuard, type HostGuard, type ResolvedAddress } from '@agentmesh/http';
import type { GitSetting } from './git-environment.js';
import type { GitOptions } from './git-options.js';
import type { GitSource } from './git-source.js';
import { type GitWorkspace, REMOTE } from './git-workspace.js';
import { repositoryUrl } from './repository-url.js';
import { sshConfig } from './ssh-config.js';

/** How git reaches one server: settings and variables for its environment. */
export interface GitConnection {
  readonly settings: readonly GitSetting[];
  readonly variables: Readonly<Record<string, string>>;
  /** A credential of the caller is offered. */
  readonly hasCredential: boolean;
}

/** The user name that goes with a token alone; forges look at the token. */
const TOKEN_USER = 'x-access-token';

/**
 * Resolves and checks the host, asks for a credential and writes down both for git. No connection is made.
 *
 * @throws MarketplaceError `FETCH_FAILED` for a host that may not be reached or is not known
 */
export async function openConnection(
  source: GitSource,
  options: GitOptions,
  workspace: GitWorkspace,
): Promise<GitConnection> {
  const guard = createHostGuard(options);
  const proxy = proxyFor(source, options, guard);
  const addresses = await resolveAddresses(source, guard, proxy !== undefined);
  const settings: GitSetting[] = [
    [`remote.${REMOTE}.url`, repositoryUrl(source)],
    [`protocol.${source.transport}.allow`, 'always'],
  ];
  if (source.transport === 'ssh') {
    const config = await workspace.writeFile('ssh_config', sshConfig(source, addresses, options.ssh ?? {}));
    return { settings, variables: sshVariables(config), hasCredential: hasOwnKey(options) };
  }
  settings.push(['http.proxy', proxy ?? '']);
  const pinned = proxy === undefined ? pinnedAddresses(source, addresses) : undefined;
  if (pinned !== undefined) settings.push(['http.curloptResolve', pinned]);
  if (options.ca !== undefined) settings.push(['http.sslCAInfo', await writeAuthorities(options.ca, workspace)]);
  const header = await authorization(source, options);
  if (header !== undefined) settings.push([`http.${source.transport}://${hostAndPort(source)}/.extraHeader`, header]);
  return { settings, variables: {}, hasCredential: header !== undefined };
}

function proxyFor(source: GitSource, { proxy }: GitOptions, guard: HostGuard): string | undefined {
  if (proxy === undefined || source.transport !== 'https' || guard.isListed(source.host)) return undefined;
  return bypassProxy(new URL(repositoryUrl(source)), proxy.except ?? []) ? undefined : proxy.url;
}

/** Behind a proxy a name may not resolve here at all; where it does, what it stands for counts. */
async function resolveAddresses(
  source: GitSource,
  guard: HostGuard,
  isProxied: boolean,
): Promise<readonly ResolvedAddress[]> {
  try {
    return await guard.resolve(source.host, source.transport === 'http');
  } catch (error) {
    if (isMarketplaceError(error) && error.code === 'ADDRESS_REFUSED') {
      throw new MarketplaceError(error.message, { code: 'FETCH_FAILED', hint: error.hint, cause: error });
    }
    if (isProxied) return [];
    throw new MarketplaceError(`The host ${source.host} is not known`, {
      code: 'FETCH_FAILED',
      hint: 'Check the host name and the network.',
      cause: error,
    });
  }
}

/** `HOST:PORT:ADDRESS[,ADDRESS]…` (CURLOPT_RESOLVE); nothing to say for a host that is an address. */
function pinnedAddresses(source: GitSource, addresses: readonly ResolvedAddress[]): string | undefined {
  if (isIP(source.host) !== 0) return undefined;
  const list = addresses.map(({ address, family }) => (family === 6 ? `[${address}]` : address));
  return `${source.host}:${portOf(source)}:${list.join(',')}`;
}

/** git takes one file and nothing beside it, so the system's authorities go in as well. */
function writeAuthorities(ca: string | readonly string[], workspace: GitWorkspace): Promise<string> {
  return workspace.writeFile('authorities.pem', [...getCACertificates('default'), ...[ca].flat(), ''].join('\n'));
}

async function authorization(source: GitSource, { credentials }: GitOptions): Promise<string | undefined> {
  if (source.transport !== 'https' || credentials === undefined) return undefined;
  const found = await credentials.find({ host: source.host, port: portOf(source), scheme: 'https' });
  if (found === undefined) return undefined;
  // Forges take tokens for git as passwords alone, not as bearer tokens.
  return `Authorization: ${authorizationOf({ token: found.token, username: found.username ?? TOKEN_USER })}`;
}

/** The command is the same text for everyone; what differs is in the file. */
function sshVariables(config: string): Record<string, string> {
  return {
    AGENTMESH_SSH_CONFIG: config,
    GIT_SSH_COMMAND: 'ssh -F "$AGENTMESH_SSH_CONFIG"',
    GIT_SSH_VARIANT: 'ssh',
  };
}

function hasOwnKey({ ssh }: GitOptions): boolean {
  return ssh?.identityFile !== undefined || ssh?.agentSocket !== undefined;
}

function hostAndPort(source: GitSource): string {
  return source.port === undefined ? source.host : `${source.host}:${source.port}`;
}

function portOf(source: GitSource): number {
  return source.port ?? (source.transport === 'http' ? 80 : 443);
}

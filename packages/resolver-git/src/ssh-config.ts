import { MarketplaceError } from '@agentmesh/errors';
import type { ResolvedAddress } from '@agentmesh/http';
import type { GitSource } from './git-source.js';
import type { SshOptions } from './ssh-options.js';

const DEFAULT_PORT = 22;

/**
 * The configuration of ssh for one fetch (ssh_config(5)), instead of the user's and the system's: no questions, only known hosts, the
 * address that was checked, nothing forwarded and no program started.
 *
 * @throws MarketplaceError `FETCH_FAILED` for a file name that the configuration cannot hold
 */
export function sshConfig(source: GitSource, addresses: readonly ResolvedAddress[], options: SshOptions): string {
  // One address only: without a second try, the family that everybody can reach goes first.
  const address = addresses.find(({ family }) => family === 4) ?? addresses[0];
  const { port = DEFAULT_PORT } = source;
  return [
    'Host *',
    `HostName ${address?.address ?? source.host}`,
    `HostKeyAlias ${port === DEFAULT_PORT ? source.host : `[${source.host}]:${port}`}`,
    ...FIXED,
    `IdentityAgent ${options.agentSocket === undefined ? 'none' : quote(options.agentSocket)}`,
    ...(options.identityFile === undefined
      ? []
      : [`IdentityFile ${quote(options.identityFile)}`, 'IdentitiesOnly yes']),
    ...knownHosts(options),
    '',
  ].join('\n');
}

const FIXED = [
  'BatchMode yes',
  'StrictHostKeyChecking yes',
  'CheckHostIP no',
  'UpdateHostKeys no',
  'CanonicalizeHostname no',
  'ControlMaster no',
  'ControlPath none',
  'ProxyCommand none',
  'PermitLocalCommand no',
  'ClearAllForwardings yes',
  'ForwardAgent no',
  'ForwardX11 no',
  'Tunnel no',
  'ConnectTimeout 30',
  'LogLevel ERROR',
];

function knownHosts({ knownHostsFile }: SshOptions): string[] {
  if (knownHostsFile === undefined) return [];
  return [`UserKnownHostsFile ${quote(knownHostsFile)}`, 'GlobalKnownHostsFile none'];
}

/** ssh expands `%` and `${…}` in file names, and takes the rest between quotation marks as it is. */
function quote(path: string): string {
  if (!/["\\\r\n\0]|\$\{/.test(path)) return `"${path.replaceAll('%', '%%')}"`;
  throw new MarketplaceError('Expected a file name for ssh without quotation marks, backslashes and line ends', {
    code: 'FETCH_FAILED',
    hint: 'Give keys and known hosts under a plainer name.',
  });
}

import { type Credential, type Credentials, createCredential } from '@agentmesh/download';
import type { CredentialRows } from '@agentmesh/registry-sql';
import type { Sealer } from './sealer.js';

const HTTPS_PORT = 443;

/** What {@link createWorkspaceCredentials} takes. */
export interface WorkspaceCredentialsOptions {
  readonly workspace: string;
  readonly rows: CredentialRows;
  readonly sealer: Sealer;
  /** Told of the first use for a host, before the credential is given out; what it throws keeps it back. */
  readonly onUse: (host: string) => Promise<void>;
}

/** Where a credential is kept for, as it is sealed. */
export function credentialPlace(workspace: string, host: string): string {
  return JSON.stringify(['https', workspace, host]);
}

/**
 * The credentials of one workspace, for one install. Given out for exactly their host and port and over TLS alone; a workspace without one for
 * a host is anonymous there.
 */
export function createWorkspaceCredentials(options: WorkspaceCredentialsOptions): Credentials {
  const used = new Map<string, Promise<Credential | undefined>>();
  return {
    find: async ({ host, port, scheme }) => {
      if (scheme !== 'https') return undefined;
      const name = host.includes(':') ? `[${host}]` : host;
      const key = port === HTTPS_PORT ? name : `${name}:${port}`;
      const found = used.get(key) ?? openCredential(options, key);
      used.set(key, found);
      return found;
    },
  };
}

async function openCredential(
  { workspace, rows, sealer, onUse }: WorkspaceCredentialsOptions,
  host: string,
): Promise<Credential | undefined> {
  const row = await rows.find(workspace, host, 'https');
  if (row === undefined) return undefined;
  const token = sealer.open(row.sealed, credentialPlace(workspace, host));
  await onUse(host);
  return createCredential(token, row.username);
}

import { createCredential } from './create-credential.js';
import type { Credentials } from './credentials.js';

/** What {@link createEnvironmentCredentials} reads. */
export interface EnvironmentCredentialsOptions {
  /** The environment's record; nothing is read by itself. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the variables begin with (default `AGENTMESH_TOKEN_`). */
  readonly prefix?: string;
}

const HTTPS_PORT = 443;
const HOST = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

/**
 * Credentials out of environment variables: `AGENTMESH_TOKEN_git_example_com` for `git.example.com`, in any case, with `_`
 * for a dot, `__` for a hyphen and `___8443` at the end for another port than 443. No two hosts share a name that way.
 * A value `name:token` has a user name; one without a colon is a bearer token.
 */
export function createEnvironmentCredentials(options: EnvironmentCredentialsOptions): Credentials {
  const prefix = (options.prefix ?? 'AGENTMESH_TOKEN_').toLowerCase();
  return {
    find: async ({ host, port, scheme }) => {
      if (scheme !== 'https' || !HOST.test(host)) return undefined;
      const encoded = host.replaceAll('-', '__').replaceAll('.', '_');
      const wanted = prefix + encoded + (port === HTTPS_PORT ? '' : `___${port}`);
      const found = Object.entries(options.env).find(([name, value]) => value && name.toLowerCase() === wanted);
      return found?.[1] === undefined ? undefined : readValue(found[1]);
    },
  };
}

function readValue(value: string): ReturnType<typeof createCredential> {
  const colon = value.indexOf(':');
  return colon === -1 ? createCredential(value) : createCredential(value.slice(colon + 1), value.slice(0, colon));
}

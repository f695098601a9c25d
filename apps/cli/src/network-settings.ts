import { join, resolve } from 'node:path';
import { MarketplaceError } from '@agentmesh/errors';
import type { SettingsFile } from './settings-file.js';

/** What decides how sources are reached. */
export interface NetworkSettings {
  /** Hosts, addresses and ranges beyond the internet that may be reached. */
  readonly allowPrivateHosts: readonly string[];
  /** The variables of the environment that name a proxy. */
  readonly proxy: Readonly<Record<string, string | undefined>>;
  /** The variables of the environment that hold credentials: `AGENTMESH_TOKEN_…`. */
  readonly tokens: Readonly<Record<string, string | undefined>>;
  /** File of credentials, mode 0600; it may be absent. */
  readonly credentialsPath: string;
  /** Folder of what was downloaded. */
  readonly cacheDir: string;
  /** Certificates in PEM to trust beside the system's. */
  readonly caPath: string | undefined;
  /** Where the schemes `github`, `clawhub` and `npm` look, if not at their usual servers. */
  readonly baseUrls: {
    readonly github?: string | undefined;
    readonly clawhub?: string | undefined;
    readonly npm?: string | undefined;
  };
  /** `PATH`, where git is looked for. */
  readonly searchPath: string | undefined;
  /** For `git+ssh`: the agent's socket, and a private key and a file of known hosts in the place of the user's own. */
  readonly ssh: {
    readonly agentSocket: string | undefined;
    readonly identityFile: string | undefined;
    readonly knownHostsFile: string | undefined;
  };
  /** True asks no registry over the network: what was read before is all there is. */
  readonly offline: boolean;
  /** Whether a source has to be pinned. */
  readonly pinned: 'required' | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

const PROXY = /^(?:https|all|no)_proxy$/i;
const TOKEN = /^agentmesh_token_/i;

/**
 * Decides the network's part of the settings. All of it is the user's own but `pinned`, which a project may ask for and never take away.
 *
 * @param from the folders that relative paths start from, and the user's folder for what was downloaded
 * @throws MarketplaceError `SETTINGS_INVALID` for `AGENTMESH_PINNED`
 */
export function networkSettings(
  env: Env,
  files: { readonly project: SettingsFile; readonly user: SettingsFile },
  from: { readonly cwd: string; readonly userDir: string; readonly cacheDir: string },
): NetworkSettings {
  const { user, project } = files;
  const path = (named: string | undefined, set: string | undefined): string | undefined => {
    if (named !== undefined) return resolve(from.cwd, named);
    return set === undefined ? undefined : resolve(from.userDir, set);
  };
  return {
    allowPrivateHosts: listOf(env.AGENTMESH_ALLOW_PRIVATE_HOSTS) ?? user.allow_private_hosts ?? [],
    proxy: pick(env, PROXY),
    tokens: pick(env, TOKEN),
    credentialsPath: path(env.AGENTMESH_CREDENTIALS, user.credentials) ?? join(from.userDir, 'credentials.json'),
    cacheDir: path(env.AGENTMESH_CACHE, user.cache) ?? join(from.cacheDir, 'downloads'),
    caPath: path(env.AGENTMESH_CA, user.ca),
    baseUrls: {
      github: env.AGENTMESH_GITHUB_URL ?? user.github_url,
      clawhub: env.AGENTMESH_CLAWHUB_URL ?? user.clawhub_url,
      npm: env.AGENTMESH_NPM_REGISTRY ?? user.npm_registry,
    },
    searchPath: env.PATH,
    ssh: {
      agentSocket: env.SSH_AUTH_SOCK,
      identityFile: path(env.AGENTMESH_SSH_KEY, user.ssh_key),
      knownHostsFile: path(env.AGENTMESH_SSH_KNOWN_HOSTS, user.ssh_known_hosts),
    },
    offline: !['', '0', 'false', undefined].includes(env.AGENTMESH_OFFLINE),
    // Whoever asks for it gets it: nobody takes it away again.
    pinned: pinnedOf(env.AGENTMESH_PINNED) ?? project.policy?.pinned ?? user.policy?.pinned,
  };
}

function listOf(text: string | undefined): readonly string[] | undefined {
  return text?.split(/[\s,]+/).filter((entry) => entry !== '');
}

function pick(env: Env, names: RegExp): Env {
  return Object.fromEntries(Object.entries(env).filter(([name]) => names.test(name)));
}

function pinnedOf(text: string | undefined): 'required' | undefined {
  if (text === undefined || text === '' || text === 'allowed') return undefined;
  if (text === 'required') return text;
  throw new MarketplaceError('Expected AGENTMESH_PINNED to be "required" or "allowed"', {
    code: 'SETTINGS_INVALID',
    hint: 'Leave it out to take moving references too.',
  });
}

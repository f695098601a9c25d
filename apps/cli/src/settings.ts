import { homedir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { type NetworkSettings, networkSettings } from './network-settings.js';
import { type PlaceContext, parseRegistryPlace, type RegistryPlace } from './registries/registry-place.js';
import { readSettingsFile } from './settings-file.js';

/** Where everything lies and who the user is, decided once a run. All paths are absolute. */
export interface Settings {
  /** `.agentmesh`: plugins, registry, trusted keys, store. */
  readonly home: string;
  /** The project's folder: the root of what a plugin may be granted to read. */
  readonly workspaceDir: string;
  readonly pluginsDir: string;
  readonly registry: RegistryPlace;
  readonly trustedKeysPath: string;
  /** Folder of the `local` scheme. */
  readonly localPlugins: string;
  /** The user's own folder: keys and settings. */
  readonly userDir: string;
  /** Private key that signs when none is named. */
  readonly keyPath: string;
  /** Author written by `plugin init`. */
  readonly author: string;
  /** How sources are reached. */
  readonly network: NetworkSettings;
  /** Packages that bring resolvers, by who named them. */
  readonly resolvers: { readonly project: readonly string[]; readonly user: readonly string[] };
  /** Packages that bring shapes, by who named them. */
  readonly shapes: { readonly project: readonly string[]; readonly user: readonly string[] };
  /** Clients that plugins are brought into; undefined where nobody has chosen. */
  readonly clients: readonly string[] | undefined;
  /** The user's home folder, where clients keep what is the user's. */
  readonly userHome: string;
  /** Whether this runs unattended (`CI`), so that nobody is asked anything. */
  readonly unattended: boolean;
}

/** What the surroundings say; handed in, so that only the entry point reads the process. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userDir: string;
  /** The user's folder for what can be had again (default `cache` in `userDir`). */
  readonly cacheDir?: string;
}

/** Flags of a command that decide settings. */
export interface SettingsFlags {
  readonly registry?: string | undefined;
  /** True asks for pinned sources. */
  readonly pinned?: boolean | undefined;
}

/**
 * Decides each setting: flag, then `AGENTMESH_*`, then the project's `agentmesh.yaml`, then the user's `settings.yaml`, then the default.
 * The signing key, the author and what decides about the network are the user's own: a project cannot set them.
 *
 * @throws MarketplaceError `SETTINGS_INVALID`; `FILE_TOO_LARGE` (over 1 MiB), `FILE_NOT_REGULAR`
 */
export async function readSettings(around: Surroundings, flags: SettingsFlags = {}): Promise<Settings> {
  const { cwd, env } = around;
  const userDir = resolve(cwd, env.AGENTMESH_CONFIG_HOME ?? around.userDir);
  const project = await readSettingsFile(join(cwd, 'agentmesh.yaml'), false);
  const user = await readSettingsFile(join(userDir, 'settings.yaml'), true);
  const home = resolve(cwd, env.AGENTMESH_HOME ?? '.agentmesh');
  const fromUser = (path: string | undefined) => (path === undefined ? undefined : resolve(userDir, path));
  const path = (...choices: (string | undefined)[]) =>
    resolve(cwd, choices.find((choice) => choice !== undefined) ?? '');
  return {
    home,
    workspaceDir: resolve(cwd),
    pluginsDir: join(home, 'plugins'),
    trustedKeysPath: join(home, 'trusted-keys.yaml'),
    registry: registryPlace(
      [
        [flags.registry ?? env.AGENTMESH_REGISTRY, { base: cwd, isUsers: true }],
        [project.registry, { base: cwd, isUsers: false }],
        [user.registry, { base: userDir, isUsers: true }],
        [join(home, 'registry.json'), { base: cwd, isUsers: true }],
      ],
      env.AGENTMESH_ARTIFACTS ?? fromUserPlace(user.artifacts, userDir),
    ),
    localPlugins: path(env.AGENTMESH_LOCAL_PLUGINS, project.local_plugins, fromUser(user.local_plugins), 'plugins'),
    userDir,
    keyPath: path(env.AGENTMESH_KEY, fromUser(user.key), join(userDir, 'keys', 'default.pem')),
    network: networkSettings(
      flags.pinned === true ? { ...env, AGENTMESH_PINNED: 'required' } : env,
      { project, user },
      { cwd, userDir, cacheDir: around.cacheDir ?? join(userDir, 'cache') },
    ),
    resolvers: { project: project.resolvers ?? [], user: user.resolvers ?? [] },
    shapes: { project: project.shapes ?? [], user: user.shapes ?? [] },
    clients: project.clients ?? user.clients,
    userHome: env.HOME === undefined || env.HOME === '' ? homedir() : env.HOME,
    author: env.AGENTMESH_AUTHOR ?? user.author ?? userInfo().username,
    unattended: !['', '0', 'false', undefined].includes(env.CI),
  };
}

type Choice = readonly [string | undefined, Omit<PlaceContext, 'artifacts'>];

/** The first that is set. */
function registryPlace(choices: readonly Choice[], artifacts: string | undefined): RegistryPlace {
  const [text = '', context] = choices.find(([set]) => set !== undefined) ?? [undefined, { base: '/', isUsers: false }];
  return parseRegistryPlace(text, { ...context, artifacts: context.isUsers ? artifacts : undefined });
}

function fromUserPlace(place: string | undefined, userDir: string): string | undefined {
  return place === undefined || place.startsWith('oci://') ? place : resolve(userDir, place);
}

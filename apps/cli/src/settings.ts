import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { readFileLimited } from '@agentmesh/files';

/** Where everything lies and who the user is, decided once a run. All paths are absolute. */
export interface Settings {
  /** `.agentmesh`: plugins, registry, trusted keys, store. */
  readonly home: string;
  /** The project's folder: the root of what a plugin may be granted to read. */
  readonly workspaceDir: string;
  readonly pluginsDir: string;
  readonly registryPath: string;
  readonly trustedKeysPath: string;
  /** Folder of the `local` scheme. */
  readonly localPlugins: string;
  /** The user's own folder: keys and settings. */
  readonly userDir: string;
  /** Private key that signs when none is named. */
  readonly keyPath: string;
  /** Author written by `plugin init`. */
  readonly author: string;
  /** Whether this runs unattended (`CI`), so that nobody is asked anything. */
  readonly unattended: boolean;
}

/** What the surroundings say; handed in, so that only the entry point reads the process. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userDir: string;
}

/** What a settings file may hold; a project's `agentmesh.yaml` has more keys, which belong to installs. */
interface SettingsFile {
  readonly registry?: string | undefined;
  readonly local_plugins?: string | undefined;
  readonly key?: string | undefined;
  readonly author?: string | undefined;
}

const FILE_KEYS = ['registry', 'local_plugins', 'key', 'author'] as const;

/** Keys of a project's `agentmesh.yaml` that are none of an install. */
export const SETTINGS_KEYS: readonly string[] = [...FILE_KEYS, 'resolvers', 'policy'];

const BLANK = /^[ \t]*(?:#.*)?$/;
const INSTALL_KEY = /^(?:plugins|overrides|minimumAge):(?: [^{["'|>&*!].*)?$/;
const INDENTED = /^ +.*$/;
const USER_ONLY: ReadonlySet<string> = new Set(['key', 'author']);
const MAX_FILE_BYTES = 1_048_576;

/**
 * Decides each setting: flag, then `AGENTMESH_*`, then the project's `agentmesh.yaml`, then the user's `settings.yaml`, then the default.
 * The signing key and the author are the user's own: a project cannot set them.
 *
 * @throws MarketplaceError `SETTINGS_INVALID`; `FILE_TOO_LARGE` (over 1 MiB), `FILE_NOT_REGULAR`
 */
export async function readSettings(
  around: Surroundings,
  flags: { registry?: string | undefined } = {},
): Promise<Settings> {
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
    registryPath: path(
      flags.registry,
      env.AGENTMESH_REGISTRY,
      project.registry,
      fromUser(user.registry),
      join(home, 'registry.json'),
    ),
    localPlugins: path(env.AGENTMESH_LOCAL_PLUGINS, project.local_plugins, fromUser(user.local_plugins), 'plugins'),
    userDir,
    keyPath: path(env.AGENTMESH_KEY, fromUser(user.key), join(userDir, 'keys', 'default.pem')),
    author: env.AGENTMESH_AUTHOR ?? user.author ?? userInfo().username,
    unattended: !['', '0', 'false', undefined].includes(env.CI),
  };
}

async function readSettingsFile(path: string, isUsers: boolean): Promise<SettingsFile> {
  const bytes = await readFileLimited(path, MAX_FILE_BYTES).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (bytes === undefined) return {};
  const text = bytes.toString('utf8');
  if (!isUsers && isForInstalls(text)) return {};
  const { readYamlTexts } = await import('@agentmesh/installer');
  const texts = await readYamlTexts(bytes);
  if (!('get' in texts)) throw invalid(path, texts[0]?.message ?? 'it is no YAML');
  return checkKeys(path, texts, isUsers);
}

/** True for a file that plainly holds nothing but what installs keep there: parsing it would take longer than all else of a start. */
function isForInstalls(text: string): boolean {
  const lines = text.split(/\r?\n/).filter((line) => !BLANK.test(line));
  // A first line that is indented would make indented keys the top ones.
  return lines.every((line, at) => INSTALL_KEY.test(line) || (at > 0 && INDENTED.test(line)));
}

function checkKeys(path: string, texts: ReadonlyMap<string, string | undefined>, isUsers: boolean): SettingsFile {
  const found: Record<string, string> = {};
  for (const key of FILE_KEYS) {
    if (!texts.has(key)) continue;
    const setting = texts.get(key);
    if (setting === undefined) throw invalid(path, `expected text under ${key}`);
    if (!isUsers && USER_ONLY.has(key)) throw invalid(path, `${key} is set by the user, not by a project`);
    found[key] = setting;
  }
  return found;
}

function invalid(path: string, why: string): MarketplaceError {
  return new MarketplaceError(`The settings in ${printable(path)} cannot be used: ${printable(why)}`, {
    code: 'SETTINGS_INVALID',
    hint: `Known settings are ${FILE_KEYS.join(', ')}.`,
  });
}

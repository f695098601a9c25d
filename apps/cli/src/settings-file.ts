import { MarketplaceError, printable } from '@agentmesh/errors';
import { readFileLimited } from '@agentmesh/files';
import type { YamlSetting } from '@agentmesh/installer';

const TEXTS = ['registry', 'local_plugins'] as const;
const USER_TEXTS = [
  'key',
  'author',
  'artifacts',
  'credentials',
  'cache',
  'ca',
  'github_url',
  'clawhub_url',
  'npm_registry',
  'ssh_key',
  'ssh_known_hosts',
] as const;
const LISTS = ['resolvers', 'shapes', 'clients'] as const;
const USER_LISTS = ['allow_private_hosts'] as const;
const MAPS = ['policy'] as const;

type Text = (typeof TEXTS)[number] | (typeof USER_TEXTS)[number];
type List = (typeof LISTS)[number] | (typeof USER_LISTS)[number];

/** What a settings file may hold; a project's `agentmesh.yaml` has more keys, which belong to installs. */
export interface SettingsFile
  extends Partial<Readonly<Record<Text, string>>>,
    Partial<Readonly<Record<List, readonly string[]>>> {
  readonly policy?: { readonly pinned?: 'required' };
}

/** Keys of a project's `agentmesh.yaml` that are none of an install. */
export const SETTINGS_KEYS: readonly string[] = [...TEXTS, ...USER_TEXTS, ...LISTS, ...USER_LISTS, ...MAPS];

const USERS: ReadonlySet<string> = new Set([...USER_TEXTS, ...USER_LISTS]);
const MAX_FILE_BYTES = 1_048_576;
const BLANK = /^[ \t]*(?:#.*)?$/;
const INSTALL_KEY = /^(?:plugins|overrides|minimumAge):(?: [^{["'|>&*!].*)?$/;
const INDENTED = /^ +.*$/;

/**
 * Reads one file of settings; an absent one sets nothing. What decides about the user's machine (keys, credentials, hosts) is the
 * user's own, and no project's.
 *
 * @param isUsers whether it is the user's, not a project's
 * @throws MarketplaceError `SETTINGS_INVALID`; `FILE_TOO_LARGE` (over 1 MiB), `FILE_NOT_REGULAR`
 */
export async function readSettingsFile(path: string, isUsers: boolean): Promise<SettingsFile> {
  const bytes = await readFileLimited(path, MAX_FILE_BYTES).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (bytes === undefined) return {};
  if (!isUsers && isForInstalls(bytes.toString('utf8'))) return {};
  const { readYamlTexts } = await import('@agentmesh/installer');
  const settings = await readYamlTexts(bytes);
  if (!('get' in settings)) throw invalid(path, settings[0]?.message ?? 'it is no YAML');
  const theirs = [...settings.keys()].find((key) => !isUsers && USERS.has(key));
  if (theirs !== undefined) throw invalid(path, `${theirs} is set by the user, not by a project`);
  return checkKeys(path, settings);
}

/** True for a file that plainly holds nothing but what installs keep there: parsing it would take longer than all else of a start. */
function isForInstalls(text: string): boolean {
  const lines = text.split(/\r?\n/).filter((line) => !BLANK.test(line));
  // A first line that is indented would make indented keys the top ones.
  return lines.every((line, at) => INSTALL_KEY.test(line) || (at > 0 && INDENTED.test(line)));
}

function checkKeys(path: string, settings: ReadonlyMap<string, YamlSetting>): SettingsFile {
  const found: Record<string, unknown> = {};
  for (const key of [...TEXTS, ...USER_TEXTS]) {
    if (!settings.has(key)) continue;
    found[key] = settings.get(key);
    if (typeof found[key] !== 'string') throw invalid(path, `expected text under ${key}`);
  }
  for (const key of [...LISTS, ...USER_LISTS]) {
    if (!settings.has(key)) continue;
    found[key] = settings.get(key);
    if (!Array.isArray(found[key])) throw invalid(path, `expected a list of texts under ${key}`);
  }
  if (settings.has('policy')) found.policy = readPolicy(path, settings.get('policy'));
  return found; // every key was checked above
}

function readPolicy(path: string, policy: YamlSetting): SettingsFile['policy'] {
  if (typeof policy !== 'object' || !('get' in policy)) throw invalid(path, 'expected names and values under policy');
  const unknown = [...policy.keys()].find((key) => key !== 'pinned');
  if (unknown !== undefined) throw invalid(path, `there is no policy ${unknown}`);
  const pinned = policy.get('pinned');
  if (pinned === undefined || pinned === 'allowed') return {};
  if (pinned === 'required') return { pinned };
  throw invalid(path, 'expected required or allowed under policy.pinned');
}

function invalid(path: string, why: string): MarketplaceError {
  return new MarketplaceError(`The settings in ${printable(path)} cannot be used: ${printable(why)}`, {
    code: 'SETTINGS_INVALID',
    hint: `Known settings are ${SETTINGS_KEYS.join(', ')}.`,
  });
}

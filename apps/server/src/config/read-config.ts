import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Finding, MarketplaceError, nearest, printable } from '@agentmesh/errors';
import { readFileLimited } from '@agentmesh/files';
import { parsePlainYaml } from '@agentmesh/manifest/plain-yaml';
import { environmentName, fileName, flagName } from './config-names.js';
import { ABOUT, parseConfig, type RawConfig } from './config-schema.js';
import { LIMITS, type LimitSpec } from './limits.js';
import type { ServerConfig } from './server-config.js';

/** What the surroundings say; only the entry point reads the process. */
export interface ConfigInput {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

const MAX_FILE_BYTES = 1024 * 1024;

/**
 * Decides each setting: flag, then `AGENTMESH_*` (for some also the name without it), then the file named by `--config` or
 * `AGENTMESH_SERVER_CONFIG`, then the default. A setting that is set to nothing is not set.
 *
 * @throws MarketplaceError `SETTINGS_INVALID`, `USAGE` (an unknown flag); `FILE_NOT_FOUND` and the like for the file
 */
export async function readConfig({ args, env, cwd }: ConfigInput): Promise<ServerConfig> {
  const { config: path = env.AGENTMESH_SERVER_CONFIG, ...flags } = readFlags(args);
  const file = path === undefined || path === '' ? {} : await readConfigFile(resolve(cwd, path));
  const raw: Record<string, string | readonly string[]> = {};
  for (const key of ABOUT.keys()) {
    const value = flags[key] ?? fromEnvironment(env, key) ?? file[key];
    if (value !== undefined && value !== '') raw[key] = value;
  }
  const parsed = parseConfig(raw, cwd);
  if (parsed.success) return parsed.data;
  throw new MarketplaceError('The settings of the server cannot be used:', {
    code: 'SETTINGS_INVALID',
    hint: 'agentmesh-server --help lists every setting with its default.',
    // Of a setting the name is said and never the value: it may be a password.
    findings: parsed.error.issues.map((issue) => finding(fileName(issue.path.map(String).join('.')), issue.message)),
  });
}

function readFlags(args: readonly string[]): Readonly<Record<string, string | undefined>> {
  const keys = ['config', ...ABOUT.keys()];
  const options = Object.fromEntries(keys.map((key) => [flagName(key), { type: 'string' as const }]));
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false });
    return Object.fromEntries(keys.map((key) => [key, values[flagName(key)]]));
  } catch (error) {
    throw new MarketplaceError(printable(error instanceof Error ? error.message : String(error)), {
      code: 'USAGE',
      hint: 'agentmesh-server --help lists the flags.',
    });
  }
}

function fromEnvironment(env: ConfigInput['env'], key: string): string | undefined {
  const spec: LimitSpec | undefined = Object.hasOwn(LIMITS, key) ? LIMITS[key as keyof typeof LIMITS] : undefined;
  const own = env[environmentName(key)];
  if (own !== undefined && own !== '') return own;
  return spec?.alias === undefined ? undefined : env[spec.alias];
}

async function readConfigFile(path: string): Promise<RawConfig> {
  const yaml = parsePlainYaml(await readFileLimited(path, MAX_FILE_BYTES));
  if ('document' in yaml) return checkKeys(yaml.document.toJS() ?? {}, path);
  throw invalidFile(path, yaml);
}

/** Keys are checked here and values by the schema, with those of flags and environment. */
function checkKeys(content: Readonly<Record<string, unknown>>, path: string): RawConfig {
  const byName = new Map([...ABOUT.keys()].map((key) => [fileName(key), key]));
  const raw: Record<string, string | readonly string[]> = {};
  const findings: Finding[] = [];
  for (const [name, value] of Object.entries(content)) {
    const key = byName.get(name);
    if (key === undefined) findings.push(unknownKey(name, byName.keys()));
    else if (typeof value === 'string') raw[key] = value;
    else if (Array.isArray(value) && value.every((item) => typeof item === 'string')) raw[key] = value;
    else findings.push(finding(name, 'expected a text or a list of texts'));
  }
  if (findings.length > 0) throw invalidFile(path, findings);
  return raw;
}

function unknownKey(name: string, known: Iterable<string>): Finding {
  const guess = nearest(name, known);
  return finding(name, guess === undefined ? 'no such setting' : `no such setting; did you mean ${guess}?`);
}

function finding(path: string, message: string): Finding {
  return { code: 'setting-invalid', severity: 'error', path, message };
}

function invalidFile(path: string, findings: readonly Finding[]): MarketplaceError {
  return new MarketplaceError(`The configuration file ${printable(path, 1000)} cannot be used:`, {
    code: 'SETTINGS_INVALID',
    hint: 'Correct what is listed; agentmesh-server --help lists every setting.',
    findings,
  });
}

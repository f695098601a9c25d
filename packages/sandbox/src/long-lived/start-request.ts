import { posix } from 'node:path';
import { printable } from '@agentmesh/errors';
import { PluginSandboxError } from '../plugin-sandbox-error.js';
import { canSetVariable } from './can-set-variable.js';

/** A long-lived process of a plugin. */
export interface StartRequest {
  /** Name of the installed plugin. */
  readonly plugin: string;
  /** `node`, `python3`, or `./file` of the plugin that begins with `#!` and one of these. */
  readonly command: string;
  /** `${PLUGIN_ROOT}` and `${PLUGIN_DATA}` stand for the two folders, here and in `env` and `cwd`. */
  readonly args?: readonly string[] | undefined;
  /** Values that the caller gives it, beside those of granted variables. Names that decide how programs load are refused. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Where it starts: `./folder` of the plugin, or below one of the two folders (default: the plugin's folder). */
  readonly cwd?: string | undefined;
  /** A folder of the host for what the plugin keeps, which has to be there; left out, its data is gone when it ends. */
  readonly dataDir?: string | undefined;
  /** Most bytes of that (default 64 MiB). */
  readonly dataBytes?: number | undefined;
  /** Processor time in milliseconds (default: a day). */
  readonly cpuMs?: number | undefined;
  /** Stops it. */
  readonly signal?: AbortSignal | undefined;
}

/** The plugin's folder inside. */
export const PLUGIN_ROOT = '/plugin';
/** The data folder inside. */
export const PLUGIN_DATA = '/data';

const MAX_ITEMS = 256;
const MAX_BYTES = 128 * 1024;
const MAX_AMOUNT = 2 ** 40;

/** What of a {@link StartRequest} goes into the box. */
export interface StartText {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/**
 * Checks arguments, environment and folder, and fills the two folders in.
 *
 * @throws PluginSandboxError `SANDBOX_INVALID_CALL`
 */
export function startText({ args = [], env = {}, cwd = '.', ...rest }: StartRequest): StartText {
  for (const amount of [rest.dataBytes, rest.cpuMs]) {
    if (amount !== undefined && !(Number.isSafeInteger(amount) && amount > 0 && amount <= MAX_AMOUNT)) {
      throw invalid(`Expected dataBytes and cpuMs to be integers from 1 to ${MAX_AMOUNT}`);
    }
  }
  const entries = Object.entries(env);
  const texts = [...args, cwd, ...entries.flat()];
  if (texts.length > MAX_ITEMS * 3) throw invalid('There are too many arguments and variables');
  if (texts.some((text) => typeof text !== 'string' || text.includes('\0'))) {
    throw invalid('Arguments, variables and folder have to be text without zero bytes');
  }
  if (texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) > MAX_BYTES) {
    throw invalid(`Arguments and variables are larger than ${MAX_BYTES} bytes`);
  }
  for (const [name] of entries) {
    if (!canSetVariable(name)) throw invalid(`The variable ${printable(name)} cannot be set`);
  }
  const filled = entries.map(([name, value]) => [name, fillIn(value)] as const);
  return { args: args.map(fillIn), env: Object.fromEntries(filled), cwd: folderOf(cwd) };
}

function fillIn(text: string): string {
  return text.replaceAll('${PLUGIN_ROOT}', PLUGIN_ROOT).replaceAll('${PLUGIN_DATA}', PLUGIN_DATA);
}

function folderOf(cwd: string): string {
  const path = posix.resolve(PLUGIN_ROOT, fillIn(cwd));
  const isInside = [PLUGIN_ROOT, PLUGIN_DATA].some((root) => path === root || path.startsWith(`${root}/`));
  if (!isInside) throw invalid(`The folder ${printable(cwd)} is outside of the plugin's`);
  return path;
}

function invalid(message: string): PluginSandboxError {
  return new PluginSandboxError(message, {
    code: 'SANDBOX_INVALID_CALL',
    hint: 'See "Long-lived processes" in the README of @agentmesh/sandbox.',
  });
}

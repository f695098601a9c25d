import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isAbsolute, join, posix } from 'node:path';
import { printable } from '@agentmesh/errors';
import { PluginSandboxError } from '../plugin-sandbox-error.js';

const USUAL_PLACES = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];
const NAME = 'python3';
const OLDEST = { major: 3, minor: 9 };
const TIMEOUT_MS = 10_000;
const MAX_BYTES = 65_536;
/** Isolated, without the site module: neither the environment nor a folder of the user has a say. */
const ISOLATED = ['-I', '-S', '-B'];
const QUESTION = [
  'import json, os, sys',
  "found = [*sys.version_info[:2], os.path.realpath(sys.executable), os.path.dirname(os.__file__), getattr(sys, 'platlibdir', 'lib')]",
  'print(json.dumps(found))',
].join('\n');

/** A Python of this machine. */
export interface PythonInstallation {
  /** The binary itself, behind links and virtual environments. */
  readonly file: string;
  /** `3.11` */
  readonly version: string;
  /** The folder of its standard library. */
  readonly library: string;
  /** What the folder above that is called where Python looks for it: `lib`. */
  readonly libraryFolder: string;
}

/** Where to look. */
export interface FindPythonOptions {
  /** The one to use. */
  readonly pythonPath?: string | undefined;
  /** Folders to look in, in this order; relative ones are skipped, so that no project can bring a Python of its own. */
  readonly folders?: readonly string[] | undefined;
}

const known = new Map<string, PythonInstallation>();

/**
 * Finds a Python of 3.9 or newer. Each candidate is started once in this process, isolated, to say what it is.
 *
 * @throws PluginSandboxError `SANDBOX_UNAVAILABLE` when there is none, or `pythonPath` is none
 */
export function findPython({ pythonPath, folders = USUAL_PLACES }: FindPythonOptions = {}): PythonInstallation {
  if (pythonPath !== undefined) {
    const found = isAbsolute(pythonPath) ? ask(pythonPath) : undefined;
    if (found !== undefined) return found;
    throw unavailable(`${printable(pythonPath)} is no Python of 3.9 or newer`);
  }
  for (const folder of folders.filter((candidate) => isAbsolute(candidate))) {
    const found = ask(join(folder, NAME));
    if (found !== undefined) return found;
  }
  throw unavailable('There is no Python of 3.9 or newer on this machine');
}

function ask(path: string): PythonInstallation | undefined {
  const before = known.get(path);
  if (before !== undefined || !existsSync(path)) return before;
  const { stdout } = spawnSync(path, [...ISOLATED, '-c', QUESTION], {
    cwd: '/',
    encoding: 'utf8',
    env: {},
    maxBuffer: MAX_BYTES,
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: TIMEOUT_MS,
  });
  const found = read(stdout ?? '');
  if (found !== undefined) known.set(path, found);
  return found;
}

function read(text: string): PythonInstallation | undefined {
  const [major, minor, file, library, libraryFolder] = parse(text);
  if (typeof major !== 'number' || typeof minor !== 'number') return undefined;
  if (typeof file !== 'string' || typeof library !== 'string' || typeof libraryFolder !== 'string') return undefined;
  if (major !== OLDEST.major || minor < OLDEST.minor || !posix.isAbsolute(file)) return undefined;
  return { file, version: `${major}.${minor}`, library, libraryFolder };
}

function parse(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function unavailable(message: string): PluginSandboxError {
  return new PluginSandboxError(message, {
    code: 'SANDBOX_UNAVAILABLE',
    hint: 'Install Python 3.9 or newer, or give the path of one as pythonPath.',
  });
}

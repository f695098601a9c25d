import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { printable } from '@agentmesh/errors';
import { PluginSandboxError } from '../plugin-sandbox-error.js';

/** What every process of macOS maps or opens before it runs its own code. */
const SYSTEM_FOLDERS = [
  ...['/usr/lib', '/System/Library', '/System/Cryptexes', '/System/Volumes/Preboot/Cryptexes'],
  '/Library/Apple/System/Library',
];
const DEVICES = ['/dev/null', '/dev/random', '/dev/urandom'];
/** What Node and Python ask about the machine: its processor, its memory, its release. */
const SYSTEM_FACTS = ['hw.', 'kern.os', 'kern.version', 'kern.argmax', 'machdep.cpu.', 'sysctl.', 'vm.loadavg'];

/** What a {@link seatbeltProfile} is made of. Paths are real ones, as the kernel sees them. */
export interface ProfileOptions {
  /** The one binary that may be run. */
  readonly file: string;
  /** Files and folders that may be read. */
  readonly readable: readonly string[];
  /** Whether processes may be made, by forking alone. */
  readonly forks: boolean;
}

/**
 * A profile of sandbox-exec(1) in which everything is denied but what is listed: to run one binary, to read what it
 * consists of, to generate code, to look at and signal itself. No network, no other process, no service of the system,
 * nothing to write to.
 *
 * @throws PluginSandboxError `SANDBOX_UNAVAILABLE` for a path that cannot be written in a profile
 */
export function seatbeltProfile({ file, readable, forks }: ProfileOptions): string {
  const paths = [file, ...readable];
  const ancestors = [...new Set(paths.flatMap(ancestorsOf))];
  return [
    '(version 1)',
    '(deny default)',
    '(deny network*)',
    `(allow process-exec (literal ${quoted(file)}))`,
    ...(forks ? ['(allow process-fork)'] : []),
    '(allow process-info* (target self))',
    '(allow signal (target self))',
    '(allow dynamic-code-generation)',
    `(allow sysctl-read ${SYSTEM_FACTS.map((name) => `(sysctl-name-prefix ${quoted(name)})`).join(' ')})`,
    `(allow file-read-metadata ${ancestors.map((path) => `(literal ${quoted(path)})`).join(' ')})`,
    // The dynamic loader of macOS opens the root folder before anything else; it learns names there, no more.
    '(allow file-read-data (literal "/"))',
    `(allow file-read* file-map-executable ${SYSTEM_FOLDERS.map((path) => `(subpath ${quoted(path)})`).join(' ')})`,
    `(allow file-read* ${DEVICES.map((path) => `(literal ${quoted(path)})`).join(' ')})`,
    `(allow file-read* file-map-executable ${paths.map(pattern).join(' ')})`,
    '',
  ].join('\n');
}

/** The file itself, or a folder with all that is in it. */
function pattern(path: string): string {
  return statSync(path).isDirectory() ? `(subpath ${quoted(path)})` : `(literal ${quoted(path)})`;
}

function ancestorsOf(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [parent] : [parent, ...ancestorsOf(parent)];
}

function quoted(text: string): string {
  if (!/[\u0000-\u001f\u007f]/.test(text)) return `"${text.replace(/["\\]/g, '\\$&')}"`;
  throw new PluginSandboxError(`${printable(text)} cannot be the path of a program for a sandbox`, {
    code: 'SANDBOX_UNAVAILABLE',
    hint: 'Move it to a folder without control characters in its name.',
  });
}

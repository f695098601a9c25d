import type { BoxLimits, GuestCommand, ReadBind } from './driver.js';

/** Nobody's, and the same everywhere, so that a guest learns nothing about the user behind it. */
const GUEST_ID = '60000';
/** The one place where a guest may write, when it is granted. */
export const SCRATCH = '/scratch';
/** The place for what a long-lived guest keeps. */
export const DATA = '/data';
const ISOLATION = [
  ...['--unshare-all', '--unshare-user', '--disable-userns', '--cap-drop', 'ALL'],
  ...['--as-pid-1', '--die-with-parent', '--new-session', '--clearenv', '--hostname', 'guest'],
  ...['--uid', GUEST_ID, '--gid', GUEST_ID],
];

/** What the arguments of one box are made of. */
export interface BwrapArguments {
  readonly command: GuestCommand;
  readonly binds: readonly ReadBind[];
  readonly limits: BoxLimits;
  /** Descriptor from which the filter of system calls is read. */
  readonly filterDescriptor: number;
  /** An executable file by its path inside, and the descriptor from which it is read. */
  readonly image?: { readonly inside: string; readonly descriptor: number } | undefined;
  /** Descriptor to which the guest's process id is written. */
  readonly infoDescriptor: number;
  /** Descriptor from which further arguments are read, which nobody else sees. */
  readonly argumentsDescriptor?: number | undefined;
}

/**
 * Arguments of bwrap(1) for one box: new namespaces of every kind, no capability, and a file system that holds what is bound
 * and nothing else: no /proc, no /dev. Last of all it is made read-only.
 */
export function bwrapArguments({ command, binds, limits, image, ...descriptors }: BwrapArguments): string[] {
  const reads = [...binds, ...(limits.reads ?? [])];
  return [
    ...ISOLATION,
    ...['--chdir', limits.cwd ?? '/'],
    ...Object.entries(command.env).flatMap(([name, value]) => ['--setenv', name, value]),
    ...reads.flatMap(({ host, inside }) => ['--ro-bind', host, inside]),
    ...(image === undefined ? [] : ['--perms', '0555', '--ro-bind-data', `${image.descriptor}`, image.inside]),
    ...tmpfs(SCRATCH, limits.scratchBytes),
    ...data(limits.data),
    ...(descriptors.argumentsDescriptor === undefined ? [] : ['--args', `${descriptors.argumentsDescriptor}`]),
    ...['--remount-ro', '/'],
    ...['--seccomp', `${descriptors.filterDescriptor}`, '--info-fd', `${descriptors.infoDescriptor}`],
    ...['--', command.file, ...command.args],
  ];
}

/** The environment as arguments, each ended by a zero byte, for `--args`. */
export function environmentArguments(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `--setenv\0${name}\0${value}\0`)
    .join('');
}

function data(folder: BoxLimits['data']): string[] {
  return folder?.host === undefined ? tmpfs(DATA, folder?.bytes) : ['--bind', folder.host, DATA];
}

function tmpfs(path: string, bytes: number | undefined): string[] {
  return bytes === undefined ? [] : ['--perms', '0700', '--size', `${bytes}`, '--tmpfs', path];
}

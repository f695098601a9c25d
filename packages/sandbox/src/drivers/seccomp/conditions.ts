import type { Line } from './assemble.js';

/** Where in `struct seccomp_data` the lower half of an argument is, on a little-endian processor. */
const argument = (index: number): number => 16 + 8 * index;

/** Flags of clone(2) (Linux, include/uapi/linux/sched.h). */
const CLONE_THREAD = 0x00010000;
const CLONE_NEW_NAMESPACES = 0x7e020000;
/** CLONE_VM, CLONE_PTRACE, CLONE_PARENT: a fork has memory of its own and this process as its parent. */
const CLONE_NO_FORK = 0x100 | 0x2000 | 0x8000;
/** MAP_SHARED and MAP_ANONYMOUS of mmap(2): memory that no limit of the process counts. */
const SHARED_MEMORY = 0x21;
/** TCGETS, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX of ioctl(2): nothing that acts on a terminal or a device. */
const HARMLESS_CONTROLS = [0x5401, 0x541b, 0x5421, 0x5450, 0x5451];
/** F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC of fcntl(2): no signals, leases or pipe sizes. */
const HARMLESS_DESCRIPTOR_CONTROLS = [0, 1, 2, 3, 4, 1030];
/** PR_SET_NAME, PR_GET_NAME, PR_CAPBSET_READ, PR_GET_NO_NEW_PRIVS, PR_SET_VMA of prctl(2). */
const HARMLESS_PROCESS_CONTROLS = [15, 16, 23, 39, 0x53564d41];
/** PR_SET_SECCOMP and PR_SET_NO_NEW_PRIVS: a process may take more from itself before it forks or runs a plugin. */
const TIGHTENING_CONTROLS = [22, 38];
/** PR_SET_PDEATHSIG and SIGKILL: a process may be made to end with its parent, and not be made to outlive it. */
const [END_WITH_PARENT, KILL] = [1, 9];

/** O_WRONLY, O_RDWR, O_CREAT and O_TRUNC of open(2). */
const OPEN_TO_WRITE = 0x243;

/** When a call is allowed by its arguments: lines that go to `allow`, `refuse` or `readonly`. */
export interface Condition {
  readonly call: string;
  /** @param forks whether the guest may make processes */
  lines(forks: boolean): readonly Line[];
  /** True where it does not count for a guest that may write files. */
  readonly unlessWrites?: boolean;
}

/** The calls of which only a part is harmless. */
export const CONDITIONS: readonly Condition[] = [
  { call: 'clone', lines: cloneLines },
  // A file system that is mounted read-only still lets a named pipe be written to, and so a process of the host be spoken to.
  { call: 'open', lines: () => openLines(1), unlessWrites: true },
  { call: 'openat', lines: () => openLines(2), unlessWrites: true },
  {
    call: 'mmap',
    lines: () => [
      { load: argument(3) },
      { and: SHARED_MEMORY },
      { jump: 'equal', value: SHARED_MEMORY, whenTrue: 'refuse', whenFalse: 'allow' },
    ],
  },
  { call: 'ioctl', lines: () => oneOf(1, HARMLESS_CONTROLS) },
  { call: 'fcntl', lines: () => oneOf(1, HARMLESS_DESCRIPTOR_CONTROLS) },
  { call: 'prctl', lines: prctlLines },
  // Its own limits, which can only be lowered; not those of another process.
  { call: 'prlimit64', lines: () => oneOf(0, [0]) },
];

/** Threads always, forks where they are wanted, new namespaces never. */
function cloneLines(forks: boolean): readonly Line[] {
  return [
    { load: argument(0) },
    { jump: 'anyBit', value: CLONE_NEW_NAMESPACES, whenTrue: 'refuse' },
    { jump: 'anyBit', value: CLONE_THREAD, whenTrue: 'allow' },
    { jump: 'anyBit', value: CLONE_NO_FORK, whenTrue: 'refuse', whenFalse: forks ? 'allow' : 'refuse' },
  ];
}

function prctlLines(forks: boolean): readonly Line[] {
  if (!forks) return oneOf(0, HARMLESS_PROCESS_CONTROLS);
  return [
    { load: argument(0) },
    { jump: 'equal', value: END_WITH_PARENT, whenFalse: 'other-controls' },
    { load: argument(1) },
    { jump: 'equal', value: KILL, whenTrue: 'allow', whenFalse: 'refuse' },
    { label: 'other-controls' },
    ...oneOf(0, [...HARMLESS_PROCESS_CONTROLS, ...TIGHTENING_CONTROLS]),
  ];
}

function openLines(flags: number): readonly Line[] {
  return [
    { load: argument(flags) },
    { jump: 'anyBit', value: OPEN_TO_WRITE, whenTrue: 'readonly', whenFalse: 'allow' },
  ];
}

function oneOf(index: number, values: readonly number[]): readonly Line[] {
  return [
    { load: argument(index) },
    ...values.map((value): Line => ({ jump: 'equal', value, whenTrue: 'allow' })),
    { jump: 'atLeast', value: 0, whenTrue: 'refuse' },
  ];
}

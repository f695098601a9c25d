import type { FilterMachine } from '../drivers/seccomp/filter.js';
import type { ProbedCall } from './call-probe.js';

type AttemptLimits = Readonly<Record<'cpuMs' | 'descriptors' | 'memoryBytes' | 'scratchBytes' | 'threads', number>>;

/**
 * Limits of the box that attempts are made in. It has scratch space, since without it the filter alone would already keep a
 * guest from writing, and that nothing else can be written to would not be seen.
 */
export const ATTEMPT_LIMITS: AttemptLimits = {
  scratchBytes: 64 * 1024,
  descriptors: 16,
  threads: 4,
  memoryBytes: 16 * 1024 * 1024,
  cpuMs: 5000,
};

/** One system call and what it must answer for a mechanism to hold. */
export interface Attempt extends ProbedCall {
  readonly mechanism: string;
  holds(answer: number): boolean;
}

/** Answers of system calls (errno(3), negative) on Linux. */
const [EPERM, ENOENT, ENOMEM, EMFILE, EROFS, ENOSYS] = [-1, -2, -12, -24, -30, -38];
const HERE = -100;
const [CREATE, PRIVATE_MEMORY, SHARED_MEMORY, READ_WRITE] = [0x41, 0x22, 0x21, 3];
const [FORK, NEW_USER_NAMESPACE] = [17, 0x10000000];
const PAGE = 4096;

/** Numbers on x86-64 and on 64-bit Arm, where it has the call (Linux, syscall_64.tbl and asm-generic/unistd.h). */
const NUMBERS: Readonly<Record<string, readonly [x64: number, arm64: number | undefined]>> = {
  add_key: [248, 217],
  bpf: [321, 280],
  chroot: [161, 51],
  clone: [56, 220],
  clone3: [435, 435],
  dup: [32, 23],
  execve: [59, 221],
  fork: [57, undefined],
  getpid: [39, 172],
  getuid: [102, 174],
  io_uring_setup: [425, 425],
  keyctl: [250, 219],
  kill: [62, 129],
  memfd_create: [319, 279],
  mkdirat: [258, 34],
  mmap: [9, 222],
  mount: [165, 40],
  open_by_handle_at: [304, 265],
  openat: [257, 56],
  perf_event_open: [298, 241],
  personality: [135, 92],
  pidfd_open: [434, 434],
  process_vm_readv: [310, 270],
  ptrace: [101, 117],
  setns: [308, 268],
  setuid: [105, 146],
  socket: [41, 198],
  socketpair: [53, 199],
  tgkill: [234, 131],
  unshare: [272, 97],
  userfaultfd: [323, 282],
  vfork: [58, undefined],
};

/**
 * What a guest tries: to read, to write, to see and signal other processes, to connect, to start a process, to leave its
 * user, to call what the kernel should not be asked, and to hold more than it may.
 *
 * @param canary a file that is there on the host
 * @param hostPid a process that is there on the host
 */
export function listAttempts(
  machine: FilterMachine,
  { canary, hostPid }: { canary: string; hostPid: number },
): Attempt[] {
  const attempts: Attempt[] = [];
  const add = (
    mechanism: string,
    name: string,
    answer: number | ((answer: number) => boolean),
    ...args: ProbedCall['args']
  ): void => {
    const number = NUMBERS[name]?.[machine === 'x64' ? 0 : 1];
    if (number === undefined) return;
    attempts.push({ mechanism, number, args, holds: typeof answer === 'number' ? (seen) => seen === answer : answer });
  };
  addFiles(add, canary);
  addProcesses(add, hostPid);
  addNetwork(add);
  addRefused(add);
  addLimits(add);
  return attempts;
}

type Add = (
  mechanism: string,
  name: string,
  answer: number | ((answer: number) => boolean),
  ...args: ProbedCall['args']
) => void;

function addFiles(add: Add, canary: string): void {
  for (const path of [canary, '/etc/passwd', '/usr/bin/env', '/home'])
    add('no-file-reads', 'openat', ENOENT, HERE, path, 0, 0);
  for (const path of ['/probe', '/agentmesh/probe-2'])
    add('no-file-writes', 'openat', EROFS, HERE, path, CREATE, 0o600);
  add('no-file-writes', 'openat', ENOENT, HERE, '/tmp/agentmesh-probe', CREATE, 0o600);
  add('no-file-writes', 'mkdirat', EROFS, HERE, '/probe', 0o700);
  for (const path of ['/dev/null', '/dev/shm', '/sys']) add('no-devices', 'openat', ENOENT, HERE, path, 0, 0);
}

function addProcesses(add: Add, hostPid: number): void {
  add('process-namespace', 'getpid', 1);
  for (const path of ['/proc/self/status', `/proc/${hostPid}/environ`])
    add('process-namespace', 'openat', ENOENT, HERE, path, 0, 0);
  for (const pid of [hostPid, -1]) add('process-namespace', 'kill', EPERM, pid, 0);
  add('process-namespace', 'tgkill', EPERM, hostPid, hostPid, 0);
  add('no-child-processes', 'clone', EPERM, FORK, 0, 0, 0, 0);
  add('no-child-processes', 'clone3', ENOSYS, 0, 0);
  for (const name of ['fork', 'vfork']) add('no-child-processes', name, EPERM);
  add('no-child-processes', 'execve', ENOENT, '/bin/sh', 0, 0);
}

function addNetwork(add: Add): void {
  const [unix, ip4, ip6, netlink, vsock] = [1, 2, 10, 16, 40];
  for (const family of [unix, ip4, ip6, netlink, vsock]) add('network-isolation', 'socket', EPERM, family, 1, 0);
  add('network-isolation', 'socketpair', EPERM, unix, 1, 0, 0);
}

function addRefused(add: Add): void {
  add('unprivileged-user', 'getuid', (answer) => answer > 0);
  add('unprivileged-user', 'setuid', EPERM, 0);
  add('no-new-namespaces', 'unshare', EPERM, NEW_USER_NAMESPACE);
  add('no-new-namespaces', 'clone', EPERM, NEW_USER_NAMESPACE | FORK, 0, 0, 0, 0);
  add('no-new-namespaces', 'setns', EPERM, 0, 0);
  // With arguments that do nothing where the call is allowed after all.
  for (const name of ['ptrace', 'process_vm_readv', 'perf_event_open', 'bpf', 'keyctl', 'add_key', 'userfaultfd']) {
    add('system-call-filter', name, EPERM, -1, 0, 0, 0, 0);
  }
  add('system-call-filter', 'mount', EPERM, 'none', '/', 'tmpfs', 0, 0);
  add('system-call-filter', 'chroot', EPERM, '/');
  add('system-call-filter', 'memfd_create', EPERM, 'probe', 0);
  add('system-call-filter', 'open_by_handle_at', EPERM, HERE, 0, 0);
  add('system-call-filter', 'personality', EPERM, 0xffffffff);
  for (const name of ['io_uring_setup', 'pidfd_open']) add('system-call-filter', name, ENOSYS, 1, 0);
}

function addLimits(add: Add): void {
  const { memoryBytes, descriptors } = ATTEMPT_LIMITS;
  const memory = (bytes: number, flags: number): ProbedCall['args'] => [0, bytes, READ_WRITE, flags, -1, 0];
  add('memory-limit', 'mmap', (answer) => answer > 0, ...memory(PAGE, PRIVATE_MEMORY));
  add('memory-limit', 'mmap', ENOMEM, ...memory(memoryBytes * 4, PRIVATE_MEMORY));
  add('memory-limit', 'mmap', EPERM, ...memory(PAGE, SHARED_MEMORY));
  // Four are open from the start.
  for (let open = 4; open < descriptors; open += 1) add('descriptor-limit', 'dup', open, 0);
  add('descriptor-limit', 'dup', EMFILE, 0);
}

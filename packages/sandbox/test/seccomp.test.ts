import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ALLOWED_CALLS } from '../src/drivers/seccomp/allowed-calls.js';
import { assemble } from '../src/drivers/seccomp/assemble.js';
import { ARM64_CALLS } from '../src/drivers/seccomp/calls-arm64.js';
import { X64_CALLS } from '../src/drivers/seccomp/calls-x64.js';
import { createFilter, type FilterMachine, type FilterOptions, hasFilter } from '../src/drivers/seccomp/filter.js';
import { runFilter } from './bpf.js';

interface Published {
  readonly x86_64: Readonly<Record<string, number>>;
  readonly arm64: Readonly<Record<string, number>>;
}

const published: Published = JSON.parse(readFileSync(new URL('fixtures/system-calls.json', import.meta.url), 'utf8'));
const ARCHITECTURES = { x64: 0xc000003e, arm64: 0xc00000b7 };
const [ALLOW, EPERM, ENOSYS, KILL] = [0x7fff0000, 0x00050001, 0x00050026, 0x80000000];
const CONDITIONAL = ['clone', 'mmap', 'ioctl', 'fcntl', 'prctl', 'prlimit64'];
const DANGEROUS = [
  ...'ptrace process_vm_readv process_vm_writev kcmp kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo'.split(' '),
  ...'mount umount2 pivot_root chroot setns unshare open_by_handle_at name_to_handle_at swapon reboot'.split(' '),
  ...'bpf perf_event_open userfaultfd keyctl add_key request_key memfd_create init_module finit_module'.split(' '),
  ...'delete_module kexec_load personality setuid setgid setresuid setgroups capset sethostname settimeofday'.split(
    ' ',
  ),
  ...'socket socketpair connect bind listen accept accept4 sendto sendmsg recvmsg recvfrom'.split(' '),
  ...'vfork execveat setsid setpgid setpriority sched_setaffinity sched_setscheduler ioprio_set'.split(' '),
  ...'shmget shmat semget msgget mq_open inotify_init1 fanotify_init signalfd4 timerfd_create'.split(' '),
  ...'iopl ioperm modify_ldt uselib acct quotactl syslog vhangup mlock mlockall mbind move_pages'.split(' '),
  ...'symlinkat linkat mknodat chown fchownat setxattr truncate splice tee vmsplice process_madvise'.split(' '),
];
const ABSENT =
  'io_uring_setup io_uring_enter io_uring_register clone3 pidfd_open pidfd_getfd openat2 landlock_create_ruleset'.split(
    ' ',
  );

function ask(options: Partial<FilterOptions>, name: string, ...args: number[]): number {
  const machine = options.machine ?? 'x64';
  const number = published[machine === 'x64' ? 'x86_64' : 'arm64'][name];
  if (number === undefined) throw new Error(`${name} is unknown on ${machine}`);
  const filter = createFilter({ machine, forks: false, writes: false, ...options });
  return runFilter(filter, { architecture: ARCHITECTURES[machine], number, args });
}

describe.each(['x64', 'arm64'] as const)('the filter of system calls on %s', (machine) => {
  const names = published[machine === 'x64' ? 'x86_64' : 'arm64'];
  const has = (name: string): boolean => names[name] !== undefined;

  it('knows calls by the numbers that Linux published', () => {
    const table = machine === 'x64' ? X64_CALLS : ARM64_CALLS;
    expect(table).toEqual(Object.fromEntries(Object.keys(table).map((name) => [name, names[name]])));
    const wanted = Object.values(ALLOWED_CALLS).flat();
    expect(Object.keys(table).toSorted()).toEqual(wanted.filter(has).toSorted());
  });

  it.each(ALLOWED_CALLS.basic.filter((name) => has(name) && !CONDITIONAL.includes(name)))('allows %s', (name) => {
    expect(ask({ machine }, name)).toBe(ALLOW);
  });

  it.each(ALLOWED_CALLS.writing.filter(has))('allows %s only where something may be written', (name) => {
    expect(ask({ machine, writes: true }, name)).toBe(ALLOW);
    expect(ask({ machine }, name)).toBe(EPERM);
  });

  it.each(ALLOWED_CALLS.forking.filter(has))('allows %s only to a server of forks', (name) => {
    expect(ask({ machine, forks: true }, name)).toBe(ALLOW);
    expect(ask({ machine }, name)).toBe(EPERM);
  });

  it.each(DANGEROUS.filter(has))('refuses %s to everybody', (name) => {
    const expected = (names[name] ?? 0) >= 424 ? ENOSYS : EPERM;
    expect(ask({ machine, forks: true, writes: true }, name)).toBe(expected);
    expect(ask({ machine }, name)).toBe(expected);
  });

  it.each(ABSENT.filter(has))('says that there is no %s', (name) => {
    expect(ask({ machine, forks: true, writes: true }, name)).toBe(ENOSYS);
  });

  it('allows nothing but what is listed', () => {
    const filter = createFilter({ machine, forks: true, writes: true });
    const allowed = new Set(Object.values(ALLOWED_CALLS).flat());
    for (const [name, number] of Object.entries(names)) {
      const answer = runFilter(filter, {
        architecture: ARCHITECTURES[machine],
        number,
        args: [-1, -1, -1, -1, -1, -1],
      });
      if (!allowed.has(name)) expect([name, answer]).not.toEqual([name, ALLOW]);
    }
  });

  it('ends a process that speaks for another processor', () => {
    const filter = createFilter({ machine, forks: true, writes: true });
    const [i386, arm, riscv] = [0x40000003, 0x40000028, 0xc00000f3];
    const other = ARCHITECTURES[machine === 'x64' ? 'arm64' : 'x64'];
    for (const architecture of [i386, arm, riscv, other, 0]) {
      for (let number = 0; number < 450; number += 1) expect(runFilter(filter, { architecture, number })).toBe(KILL);
    }
  });

  it('ends a process that uses the x32 table', () => {
    const filter = createFilter({ machine, forks: true, writes: true });
    for (let number = 0; number < 600; number += 1) {
      const asked = { architecture: ARCHITECTURES[machine], number: 0x40000000 + number };
      expect(runFilter(filter, asked)).toBe(KILL);
    }
    expect(runFilter(filter, { architecture: ARCHITECTURES[machine], number: 0xffffffff })).toBe(KILL);
  });

  it('lets threads be made, and forks only by a server of forks', () => {
    const [glibc, musl, fork, vfork] = [0x003d0f00, 0x007d0f00, 0x01200011, 0x4111];
    for (const forks of [false, true]) {
      expect(ask({ machine, forks }, 'clone', glibc)).toBe(ALLOW);
      expect(ask({ machine, forks }, 'clone', musl)).toBe(ALLOW);
      expect(ask({ machine, forks }, 'clone', vfork)).toBe(EPERM);
    }
    expect(ask({ machine }, 'clone', fork)).toBe(EPERM);
    expect(ask({ machine, forks: true }, 'clone', fork)).toBe(ALLOW);
  });

  it.each([
    ['mount', 0x00020000],
    ['cgroup', 0x02000000],
    ['uts', 0x04000000],
    ['ipc', 0x08000000],
    ['user', 0x10000000],
    ['pid', 0x20000000],
    ['network', 0x40000000],
  ])('lets no %s namespace be made, not as a thread either', (_, flag) => {
    for (const forks of [false, true]) {
      expect(ask({ machine, forks }, 'clone', flag + 17)).toBe(EPERM);
      expect(ask({ machine, forks }, 'clone', flag + 0x003d0f00)).toBe(EPERM);
    }
  });

  it('lets a fork neither share memory, nor have another parent, nor be traced', () => {
    for (const flag of [0x100, 0x8000, 0x2000]) {
      expect(ask({ machine, forks: true }, 'clone', 0x01200011 + flag)).toBe(EPERM);
    }
  });

  it('refuses shared memory without a file, which no limit counts', () => {
    const [shared, sharedValidated, withFile, own] = [0x21, 0x23, 0x01, 0x22];
    expect(ask({ machine }, 'mmap', 0, 4096, 3, shared)).toBe(EPERM);
    expect(ask({ machine }, 'mmap', 0, 4096, 3, sharedValidated)).toBe(EPERM);
    expect(ask({ machine }, 'mmap', 0, 4096, 3, withFile)).toBe(ALLOW);
    expect(ask({ machine }, 'mmap', 0, 4096, 3, own)).toBe(ALLOW);
  });

  it('refuses to push input into a terminal', () => {
    const [ask_, typeInto, selection] = [0x5401, 0x5412, 0x541c];
    expect(ask({ machine }, 'ioctl', 0, ask_)).toBe(ALLOW);
    expect(ask({ machine }, 'ioctl', 0, typeInto)).toBe(EPERM);
    expect(ask({ machine }, 'ioctl', 0, selection)).toBe(EPERM);
    // The kernel takes the lower half of the argument.
    expect(ask({ machine }, 'ioctl', 0, 0x1_0000_5412)).toBe(EPERM);
  });

  it('refuses signals and leases by descriptor', () => {
    const [getFlags, setOwner, setLease, setPipeSize, addSeals] = [3, 8, 1024, 1031, 1033];
    expect(ask({ machine }, 'fcntl', 3, getFlags)).toBe(ALLOW);
    for (const control of [setOwner, setLease, setPipeSize, addSeals]) {
      expect(ask({ machine }, 'fcntl', 3, control)).toBe(EPERM);
    }
  });

  it('lets a server of forks tighten what its children may, and nobody loosen anything', () => {
    const [dumpable, keepCapabilities, subreaper, filter, noNewPrivileges, setTracer] = [4, 8, 36, 22, 38, 0x59616d61];
    for (const control of [filter, noNewPrivileges]) {
      expect(ask({ machine, forks: true }, 'prctl', control)).toBe(ALLOW);
      expect(ask({ machine }, 'prctl', control)).toBe(EPERM);
    }
    for (const control of [dumpable, keepCapabilities, subreaper, setTracer]) {
      expect(ask({ machine, forks: true }, 'prctl', control)).toBe(EPERM);
    }
  });

  it('lets a child be made to end with its parent, and nobody to outlive it', () => {
    const [endWithParent, kill, terminate] = [1, 9, 15];
    expect(ask({ machine, forks: true }, 'prctl', endWithParent, kill)).toBe(ALLOW);
    for (const signal of [0, terminate]) {
      expect(ask({ machine, forks: true }, 'prctl', endWithParent, signal)).toBe(EPERM);
    }
    expect(ask({ machine }, 'prctl', endWithParent, kill)).toBe(EPERM);
    expect(ask({ machine }, 'prctl', endWithParent, 0)).toBe(EPERM);
  });

  it('refuses the limits of another process', () => {
    expect(ask({ machine }, 'prlimit64', 0)).toBe(ALLOW);
    expect(ask({ machine }, 'prlimit64', 1)).toBe(EPERM);
  });
});

describe('the filter of system calls', () => {
  it('is there for x86-64 and 64-bit Arm alone', () => {
    expect(['x64', 'arm64', 'arm', 'ia32', 'riscv64', 'constructor'].filter(hasFilter)).toEqual(['x64', 'arm64']);
  });

  it.each(['x64', 'arm64'] satisfies FilterMachine[])('is small enough for the kernel on %s', (machine) => {
    expect(createFilter({ machine, forks: true, writes: true }).length / 8).toBeLessThan(256);
  });
});

describe('the assembler', () => {
  it('writes instructions as the kernel reads them', () => {
    const program = assemble([
      { load: 4 },
      { jump: 'equal', value: 0xc000003e, whenTrue: 'end' },
      { return: 0x80000000 },
      { label: 'end' },
      { return: 0x7fff0000 },
    ]);
    expect(Buffer.from(program).toString('hex')).toBe(
      '2000000004000000' + '150001003e0000c0' + '0600000000000080' + '060000000000ff7f',
    );
  });

  it('refuses a label that is nowhere, or further up', () => {
    expect(() => assemble([{ jump: 'equal', value: 1, whenTrue: 'nowhere' }])).toThrow(RangeError);
    expect(() => assemble([{ label: 'up' }, { jump: 'equal', value: 1, whenFalse: 'up' }])).toThrow(RangeError);
  });

  it('refuses a jump that is too far for its byte', () => {
    const far = Array.from({ length: 256 }, () => ({ load: 0 }));
    expect(() =>
      assemble([{ jump: 'equal', value: 1, whenTrue: 'end' }, ...far, { label: 'end' }, { return: 0 }]),
    ).toThrow(RangeError);
  });
});

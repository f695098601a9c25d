import { ALLOWED_CALLS } from './allowed-calls.js';
import { assemble, type Line } from './assemble.js';
import { ARM64_CALLS } from './calls-arm64.js';
import { X64_CALLS } from './calls-x64.js';
import { CONDITIONS } from './conditions.js';

/** Offsets in `struct seccomp_data`, and what a filter answers (Linux, include/uapi/linux/seccomp.h). */
const NUMBER = 0;
const ARCHITECTURE = 4;
const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
const FAIL = 0x00050000;
/** Linux's numbers, wherever the filter is made. */
const EPERM = 1;
const EROFS = 30;
const ENOSYS = 38;
/** From here on numbers are the same everywhere, and libraries fall back when such a call is absent. */
const FIRST_RECENT = 424;
/** Bit that marks the calls of the x32 interface on x86-64. */
const X32 = 0x40000000;

/** Processors, by Node's name, that a filter can be made for. */
export type FilterMachine = 'arm64' | 'x64';

const MACHINES: Readonly<Record<FilterMachine, { architecture: number; calls: Readonly<Record<string, number>> }>> = {
  x64: { architecture: 0xc000003e, calls: X64_CALLS },
  arm64: { architecture: 0xc00000b7, calls: ARM64_CALLS },
};

const filters = new Map<string, Uint8Array>();

/** What a filter is made for. */
export interface FilterOptions {
  readonly machine: FilterMachine;
  /** Whether the guest may make processes; without, it may make threads. */
  readonly forks: boolean;
  /** Whether there is a place where it may write files. */
  readonly writes: boolean;
}

/** True for a processor, by Node's name for it, that a filter can be made for. */
export function hasFilter(machine: string): machine is FilterMachine {
  return Object.hasOwn(MACHINES, machine);
}

/**
 * The filter of system calls for a guest, as bytes of `struct sock_filter`: what Node and CPython need is allowed, what a
 * library may try is absent (ENOSYS), opening to write fails as in a read-only file system (EROFS) unless there is a place
 * to write to, everything else is refused (EPERM), and the calls of another processor's table, which
 * would have other numbers, end the process.
 */
export function createFilter(options: FilterOptions): Uint8Array {
  const key = `${options.machine} ${options.forks} ${options.writes}`;
  const filter = filters.get(key) ?? create(options);
  filters.set(key, filter);
  return filter;
}

function create({ machine, forks, writes }: FilterOptions): Uint8Array {
  const { architecture, calls } = MACHINES[machine];
  const names = [
    ...ALLOWED_CALLS.basic,
    ...(writes ? ALLOWED_CALLS.writing : []),
    ...(forks ? ALLOWED_CALLS.forking : []),
  ].filter((name) => calls[name] !== undefined);
  const conditional = CONDITIONS.filter(({ call, unlessWrites }) => names.includes(call) && !(writes && unlessWrites));
  const free = names.filter((name) => !conditional.some(({ call }) => call === name));
  return assemble([
    { load: ARCHITECTURE },
    { jump: 'equal', value: architecture, whenFalse: 'kill' },
    { load: NUMBER },
    { jump: 'atLeast', value: X32, whenTrue: 'kill' },
    ...free.map((name): Line => ({ jump: 'equal', value: calls[name] ?? -1, whenTrue: 'allow' })),
    ...conditional.flatMap(({ call, lines }) => guarded(call, calls[call] ?? -1, lines(forks))),
    { jump: 'atLeast', value: FIRST_RECENT, whenTrue: 'absent' },
    { label: 'refuse' },
    { return: FAIL | EPERM },
    { label: 'readonly' },
    { return: FAIL | EROFS },
    { label: 'absent' },
    { return: FAIL | ENOSYS },
    { label: 'kill' },
    { return: KILL_PROCESS },
    { label: 'allow' },
    { return: ALLOW },
  ]);
}

/** Lines for one call alone, which go to `allow` or `refuse`. */
function guarded(call: string, number: number, lines: readonly Line[]): Line[] {
  const after = `after-${call}`;
  return [{ jump: 'equal', value: number, whenFalse: after }, ...lines, { label: after }];
}

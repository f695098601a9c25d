import { constants, release } from 'node:os';
import { dirname } from 'node:path';
import { assertReadable } from './assert-readable.js';
import { startBoxProcess } from './box-process.js';
import { bwrapArguments, DATA, environmentArguments, SCRATCH } from './bwrap-arguments.js';
import type { Cgroups, GuestGroups } from './cgroups.js';
import type { Box, BoxExit, BoxLimits, Driver, GuestCommand, Program, ReadBind } from './driver.js';
import { giveFolder, userOfFolder } from './give-folder.js';
import { guestUser } from './guest-user.js';
import { launchLimited } from './launcher.js';
import { NamespaceGuest } from './namespace-guest.js';
import { createPlacement } from './placement.js';
import { readableBinds } from './readable-binds.js';
import { createFilter, type FilterMachine } from './seccomp/filter.js';

const LAUNCHER = { host: '/bin/sh', inside: '/agentmesh/launch' };
const FILTER_DESCRIPTOR = 4;
const INFO_DESCRIPTOR = 5;
const IMAGE_DESCRIPTOR = 6;
/** What an idle guest holds, and what is cached for it. */
const GROUP_BASE_BYTES = 256 * 1024 * 1024;
const SIGNAL_BASE = 128;
/** From this release on the kernel counts processes by user namespace. */
const OWN_COUNT_SINCE = { major: 5, minor: 14 };

/** What a {@link createBwrapDriver} works with. */
export interface BwrapOptions {
  /** The bwrap binary, 0.8.0 or newer. */
  readonly bwrapPath: string;
  readonly machine: FilterMachine;
  /** Control groups that bound guests besides. */
  readonly cgroups?: Cgroups | undefined;
}

interface Prepared {
  readonly command: GuestCommand;
  readonly binds: readonly ReadBind[];
}

/**
 * A box of Linux namespaces: no network, no other process, no file but those of the program, an unprivileged user without
 * capabilities, few system calls, limits of the kernel. The guest is process 1 in it, and when that ends, all ends.
 */
export function createBwrapDriver(options: BwrapOptions): Driver {
  const known = new WeakMap<Program, Prepared>();
  const prepared = (program: Program): Prepared => {
    const ready = known.get(program) ?? prepare(program);
    known.set(program, ready);
    return ready;
  };
  return {
    id: 'bwrap',
    level: 'os-strict',
    mechanisms: MECHANISMS,
    start: (program, limits) => start(options, prepared(program), { program, limits }),
  };
}

const MECHANISMS = [
  ...['separate-process', 'process-namespace-kill', 'kernel-limits', 'memory-watch', 'file-system-namespace'],
  ...['process-namespace', 'network-namespace', 'ipc-namespace', 'unprivileged-user', 'no-capabilities'],
  ...['no-new-privileges', 'system-call-filter'],
];

function prepare(program: Program): Prepared {
  const { place, binds } = createPlacement();
  const command = program.command(place);
  place(LAUNCHER.host, LAUNCHER.inside);
  const readable = readableBinds(binds());
  assertReadable(readable);
  return { command, binds: readable };
}

function start(
  { bwrapPath, machine, cgroups }: BwrapOptions,
  prepared: Prepared,
  of: { program: Program; limits: BoxLimits },
): Box {
  const ownProcessCount = countsByNamespace(release());
  const command = launchLimited(prepared.command, { ...of, ownProcessCount }, LAUNCHER.inside) ?? prepared.command;
  const descriptors = { filterDescriptor: FILTER_DESCRIPTOR, infoDescriptor: INFO_DESCRIPTOR };
  const { image } = of.program;
  const argumentsDescriptor = IMAGE_DESCRIPTOR + (image === undefined ? 0 : 1);
  const placedImage = image === undefined ? undefined : { inside: image.inside, descriptor: IMAGE_DESCRIPTOR };
  const { env, scratchBytes, data } = of.limits;
  const args = bwrapArguments({
    command,
    binds: prepared.binds,
    limits: of.limits,
    image: placedImage,
    argumentsDescriptor: env === undefined ? undefined : argumentsDescriptor,
    ...descriptors,
  });
  assertReadable(of.limits.reads ?? []);
  const user = userFor(data?.host);
  const guest = new NamespaceGuest();
  const own = ownFolders(of.limits);
  const box = startBoxProcess({
    command: { file: bwrapPath, args, env: {} },
    user,
    pipes: 2 + (image === undefined ? 0 : 1) + (env === undefined ? 0 : 1),
    forks: of.program.forks,
    stdio: of.program.stdio,
    guestPid: () => guest.pid,
    ...(own.length === 0 ? {} : { heldElsewhere: () => own.reduce((sum, path) => sum + guest.heldByFilesIn(path), 0) }),
    kill: (started) => guest.kill(started),
    abandon: (started) => guest.abandon(started),
    onExit: withSignal,
  });
  const [filterPipe, infoPipe, ...further] = box.started.pipes;
  if (image !== undefined) further.shift()?.end(image.bytes);
  if (env !== undefined) further.shift()?.end(environmentArguments(env));
  const writes = scratchBytes !== undefined || data !== undefined;
  filterPipe?.end(createFilter({ machine, forks: of.program.forks === true, writes }));
  if (infoPipe !== undefined) guest.follow(infoPipe, box.started);
  hearAfterKnown(box, guest);
  return cgroups === undefined ? box : contained(box, { guest, cgroups, limits: of.limits });
}

/** Whom the guest is outside; a folder of its own is made its. */
function userFor(dataFolder: string | undefined): number | undefined {
  const user = guestUser();
  if (dataFolder === undefined) return user;
  assertReadable([{ host: dirname(dataFolder), inside: DATA }]);
  if (user === undefined) return undefined;
  const owner = userOfFolder(dataFolder) ?? user;
  giveFolder(dataFolder, owner);
  return owner;
}

/** Folders of the box itself, which hold memory. */
function ownFolders({ scratchBytes, data }: BoxLimits): string[] {
  return [
    ...(scratchBytes === undefined ? [] : [SCRATCH]),
    ...(data === undefined || data.host !== undefined ? [] : [DATA]),
  ];
}

/** bwrap says who the guest is before that can speak. Heard in the same order, no guest is at work whose memory nobody can watch. */
function hearAfterKnown({ channel, started }: ReturnType<typeof startBoxProcess>, guest: NamespaceGuest): void {
  const hear = (): void => void channel.resume();
  channel.pause();
  started.child.once('exit', hear).once('error', hear);
  void guest.known.then(hear);
}

/** Bounded a second time, from outside. It is gone when its groups are. */
function contained(
  box: Box,
  { guest, cgroups, limits }: { guest: NamespaceGuest; cgroups: Cgroups; limits: BoxLimits },
): Box {
  const { memoryBytes, scratchBytes = 0, threads } = limits;
  const bounds = { memoryBytes: memoryBytes + scratchBytes + GROUP_BASE_BYTES, processes: threads };
  let groups: GuestGroups | undefined;
  void guest.known.then((pid) => {
    groups = cgroups.contain(pid, bounds);
    // What was asked for does not hold.
    groups.applied.catch(() => box.kill());
  });
  const closed = box.closed.then(async (exit) => {
    await groups?.remove();
    return exit;
  });
  return { ...box, closed };
}

/** bwrap tells a signal as a shell does. */
function withSignal(exit: BoxExit): BoxExit {
  const number = (exit.code ?? 0) - SIGNAL_BASE;
  const signal = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  return signal === undefined ? exit : { code: null, signal: signal as NodeJS.Signals };
}

function countsByNamespace(kernel: string): boolean {
  const [major = 0, minor = 0] = kernel.split('.').map(Number);
  return major > OWN_COUNT_SINCE.major || (major === OWN_COUNT_SINCE.major && minor >= OWN_COUNT_SINCE.minor);
}

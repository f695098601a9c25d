import { existsSync } from 'node:fs';
import { printable } from '@agentmesh/errors';
import { createBwrapDriver } from '../drivers/bwrap.js';
import { openCgroups } from '../drivers/cgroups.js';
import type { Driver } from '../drivers/driver.js';
import { createPlainDriver } from '../drivers/plain.js';
import { createSeatbeltDriver, SANDBOX_EXEC } from '../drivers/seatbelt.js';
import { hasFilter } from '../drivers/seccomp/filter.js';
import { boxTrouble } from './box-trouble.js';
import type { MissingMechanism } from './isolation.js';
import { testBox } from './self-test.js';
import { testProgram } from './test-program.js';

const BWRAP_PATHS = ['/usr/bin/bwrap', '/usr/local/bin/bwrap', '/bin/bwrap'];
/** Good to have; the level does not depend on them. */
const OPTIONAL = new Set(['memory-watch', 'thread-limit']);

/** Where to look. Everything has a default. */
export interface DriverOptions {
  /** Node's name of the system (default: this one). */
  readonly platform?: string;
  /** Node's name of the processor (default: this one). */
  readonly machine?: string;
  /** Where macOS has sandbox-exec. */
  readonly sandboxExec?: string;
  /** Whether guests are bounded by control groups too, which takes 10 to 20 ms a guest (default: they are not). */
  readonly cgroups?: boolean;
  /** Where bwrap may be, in this order (default: where packages put it). */
  readonly bwrapPaths?: readonly string[];
}

/** What contains guests on this machine. */
export interface DriverChoice {
  /** Of the strongest level there is. */
  readonly driver: Driver;
  /** What held in a live test. Empty for a driver that has no box. */
  readonly mechanisms: readonly string[];
  /** What keeps the system from a stronger level, or does not hold at this one. */
  readonly missing: readonly MissingMechanism[];
}

const MEMORY_ON_MAC: MissingMechanism = {
  mechanism: 'memory-watch',
  reason: 'macOS does not show the memory of a process to another without a call that Node has not',
  fix: 'Run plugins on Linux where memory has to be bounded exactly; here the engine bounds its heap',
};

const NO_CGROUPS: MissingMechanism = {
  mechanism: 'control-groups',
  reason: 'no control group for memory and processes can be made by this user',
  fix: 'Run the host as root, or in a delegated group: systemd-run --user --scope -p Delegate=yes',
};

const proven = new Map<string, Promise<DriverChoice>>();

/**
 * The strongest driver of this machine whose box held when a guest tried to get out of it. Tried once in this process; where
 * it failed, each time anew. Never rejects: where there is no box, guests are plain processes and `missing` says why.
 */
export function chooseDriver(options: DriverOptions = {}): Promise<DriverChoice> {
  const key = JSON.stringify(options);
  const known = proven.get(key);
  if (known !== undefined) return known;
  const choice = choose(options);
  proven.set(key, choice);
  void choice.then(({ mechanisms }) => mechanisms.length > 0 || proven.delete(key));
  return choice;
}

async function choose(options: DriverOptions): Promise<DriverChoice> {
  const { platform = process.platform } = options;
  if (platform === 'linux') return chooseOnLinux(options);
  if (platform === 'darwin') return chooseOnMac(options);
  return withoutBox({
    mechanism: 'system-sandbox',
    reason: `there is no box for ${platform}`,
    fix: 'Run plugins on Linux or macOS, or inside a virtual machine with Linux',
  });
}

async function chooseOnLinux(options: DriverOptions): Promise<DriverChoice> {
  const { machine = process.arch, bwrapPaths = BWRAP_PATHS } = options;
  if (!hasFilter(machine)) {
    const reason = `there is no filter of system calls for ${machine}`;
    return withoutBox({ mechanism: 'system-call-filter', reason, fix: 'Run plugins on x86-64 or 64-bit Arm' });
  }
  const bwrapPath = bwrapPaths.find((path) => existsSync(path));
  if (bwrapPath === undefined) {
    const fix = 'Install bubblewrap: apt install bubblewrap (dnf, pacman and apk know it by the same name)';
    return withoutBox({ mechanism: 'namespaces', reason: 'bubblewrap is not installed', fix });
  }
  const driver = createBwrapDriver({ bwrapPath, machine });
  const { held, failed, failure } = await testBox(driver, machine);
  if (failure !== undefined) return withoutBox(boxTrouble(failure));
  const missing = failed.map(notHeld);
  if (!failed.every((name) => OPTIONAL.has(name))) return { ...withoutBox(), missing };
  if (options.cgroups !== true) return { driver, mechanisms: held, missing };
  const cgroups = openCgroups();
  if (cgroups === undefined) return { driver, mechanisms: held, missing: [...missing, NO_CGROUPS] };
  return {
    driver: createBwrapDriver({ bwrapPath, machine, cgroups }),
    mechanisms: [...held, 'control-groups'],
    missing,
  };
}

async function chooseOnMac({ sandboxExec = SANDBOX_EXEC }: DriverOptions): Promise<DriverChoice> {
  if (!existsSync(sandboxExec)) {
    const fix = 'Run plugins on a macOS that has sandbox-exec, or on Linux';
    return withoutBox({ mechanism: 'system-sandbox', reason: 'there is no sandbox-exec', fix });
  }
  const driver = createSeatbeltDriver(sandboxExec);
  const { held, failed, failure } = await testProgram(driver);
  if (failure === undefined && failed.length === 0) return { driver, mechanisms: held, missing: [MEMORY_ON_MAC] };
  if (failure === undefined) return { ...withoutBox(), missing: failed.map(notHeld) };
  const fix = 'Run the host outside of another sandbox, or plugins on Linux';
  return withoutBox({ mechanism: 'system-sandbox', reason: `sandbox-exec made no box: ${printable(failure)}`, fix });
}

function withoutBox(...missing: readonly MissingMechanism[]): DriverChoice {
  return { driver: createPlainDriver('language'), mechanisms: [], missing };
}

function notHeld(mechanism: string): MissingMechanism {
  const reason = 'a guest of the live test was not denied all that it must be denied';
  const fix = OPTIONAL.has(mechanism)
    ? 'A newer kernel may have it'
    : 'Use a kernel of Linux 5.14 or newer and bubblewrap 0.8.0 or newer';
  return { mechanism, reason, fix };
}

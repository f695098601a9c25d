import { createHash } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBwrapDriver } from '../src/drivers/bwrap.js';
import type { Driver } from '../src/drivers/driver.js';
import { createPlainDriver } from '../src/drivers/plain.js';
import { boxTrouble } from '../src/isolation/box-trouble.js';
import { createCallProbe } from '../src/isolation/call-probe.js';
import { chooseDriver, type DriverOptions } from '../src/isolation/choose-driver.js';
import { defaultMinimum } from '../src/isolation/default-minimum.js';
import { ISOLATION_LEVELS, meetsIsolation } from '../src/isolation/isolation.js';
import { testBox } from '../src/isolation/self-test.js';
import { testProgram } from '../src/isolation/test-program.js';
import { freshFolder } from './box.js';

const MACHINE = process.arch === 'arm64' ? 'arm64' : 'x64';
const ALL = [
  ...['descriptor-limit', 'empty-environment', 'kernel-limits', 'memory-limit', 'memory-watch', 'namespaces'],
  ...['network-isolation', 'no-capabilities', 'no-child-processes', 'no-devices', 'no-file-reads', 'no-file-writes'],
  ...['no-new-namespaces', 'no-new-privileges', 'process-namespace', 'system-call-filter', 'thread-limit'],
  'unprivileged-user',
];

/** A program that stands in for bwrap, or for sandbox-exec, which hands over to the real one after `script`. */
async function standIn(script: string): Promise<string> {
  const folder = await freshFolder();
  await chmod(folder, 0o755);
  const path = join(folder, 'box');
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

/**
 * A stand-in for bwrap that changes its arguments: `cases` of a shell's `case` for each, which may set `cut`, the number of
 * arguments to leave out, and `more`, what to put in instead.
 */
const changing = (cases: string): string =>
  `for arg; do shift; more=; case "$arg" in ${cases} esac
   if [ "\${cut:-0}" -gt 0 ]; then cut=$((cut-1)); else set -- "$@" "$arg"; fi; [ -z "$more" ] || set -- "$@" $more; done
   exec /usr/bin/bwrap "$@"`;
const leavingOut = (option: string, values: number): string => changing(`${option}) cut=${values + 1};;`);

async function whatFails(script: string): Promise<readonly string[]> {
  const driver = createBwrapDriver({ bwrapPath: await standIn(script), machine: MACHINE });
  const { failed, failure } = await testBox(driver, MACHINE);
  expect(failure).toBe(undefined);
  return failed;
}

describe('levels of isolation', () => {
  it('are met by themselves and by what is stronger', () => {
    const met = ISOLATION_LEVELS.map((level) => ISOLATION_LEVELS.filter((minimum) => meetsIsolation(level, minimum)));
    expect(met.map((levels) => levels.length)).toEqual([1, 2, 3, 4]);
    expect(meetsIsolation('language', 'os-basic')).toBe(false);
  });

  it('are not met where the minimum is none of them', () => {
    const typed = JSON.parse('"os_strict"');
    expect(ISOLATION_LEVELS.filter((level) => meetsIsolation(level, typed))).toEqual([]);
  });

  it('have a minimum that the system can be expected to give', () => {
    expect(['linux', 'darwin', 'win32', 'freebsd'].map((platform) => defaultMinimum(platform))).toEqual([
      'os-strict',
      'os-basic',
      'language',
      'language',
    ]);
  });
});

describe.runIf(process.platform === 'linux')('the driver that is chosen on Linux', () => {
  it('has a box that held', async () => {
    const { driver, mechanisms, missing } = await chooseDriver();
    expect([driver.id, driver.level, missing]).toEqual(['bwrap', 'os-strict', []]);
    expect(mechanisms.toSorted()).toEqual(ALL);
  });

  it('is found out once', async () => {
    expect(await chooseDriver()).toBe(await chooseDriver());
  });

  it('has no box where bubblewrap is absent, and says how to get it', async () => {
    const { driver, mechanisms, missing } = await chooseDriver({ bwrapPaths: ['/nowhere/bwrap'] });
    expect([driver.id, driver.level, mechanisms]).toEqual(['plain', 'language', []]);
    expect(missing).toEqual([
      {
        mechanism: 'namespaces',
        reason: 'bubblewrap is not installed',
        fix: expect.stringContaining('apt install bubblewrap'),
      },
    ]);
  });

  it.each([
    ['is too old', 'echo "bwrap: Unknown option --disable-userns" >&2; exit 1', /0\.8\.0 or newer/],
    [
      'may not make namespaces',
      'echo "bwrap: No permissions to create a new namespace" >&2; exit 1',
      /seccomp=unconfined/,
    ],
    ['ends without a word', 'exit 3', /seccomp=unconfined/],
    ['says nothing and runs nothing', 'kill -9 $$', /seccomp=unconfined/],
  ])('has no box where bubblewrap %s', async (_, script, fix) => {
    const { driver, missing } = await chooseDriver({ bwrapPaths: [await standIn(script)] });
    expect([driver.level, missing]).toEqual([
      'language',
      [{ mechanism: 'namespaces', reason: expect.any(String), fix: expect.stringMatching(fix) }],
    ]);
  });

  it('has no box where what should be denied is not', async () => {
    const bwrapPath = await standIn(leavingOut('--remount-ro', 1));
    const { driver, mechanisms, missing } = await chooseDriver({ bwrapPaths: [bwrapPath] });
    expect([driver.level, mechanisms]).toEqual(['language', []]);
    expect(missing.map(({ mechanism }) => mechanism)).toContain('no-file-writes');
  });

  it.each([
    ['ia32', 'system-call-filter'],
    ['riscv64', 'system-call-filter'],
  ])('has no box on %s', async (machine, mechanism) => {
    expect((await chooseDriver({ machine })).missing).toMatchObject([{ mechanism }]);
  });
});

describe.runIf(process.platform === 'linux')('the live test of a box notices', () => {
  it('a filter of system calls that was not set', async () => {
    expect(await whatFails(leavingOut('--seccomp', 1))).toEqual(
      expect.arrayContaining(['network-isolation', 'no-child-processes', 'system-call-filter']),
    );
  });

  it('a file system that can be written to', async () => {
    expect(await whatFails(leavingOut('--remount-ro', 1))).toContain('no-file-writes');
  });

  it('the network of the host', async () => {
    expect(await whatFails(changing('--unshare-all) more=--share-net;;'))).toEqual(['namespaces']);
  });

  it('capabilities that were kept', async () => {
    expect(await whatFails(changing('--cap-drop) cut=2; more="--cap-add ALL";;'))).toContain('no-capabilities');
  });

  it('files of the host', async () => {
    const script = changing('--as-pid-1) more="--ro-bind /etc /etc --dev-bind /dev /dev";;');
    expect(await whatFails(script)).toEqual(expect.arrayContaining(['no-devices', 'no-file-reads']));
  });

  it('a view of the processes of the host', async () => {
    expect(await whatFails(changing('--as-pid-1) more="--ro-bind /proc /proc";;'))).toContain('process-namespace');
  });

  it('limits that were not set', async () => {
    expect(
      await whatFails(changing('/agentmesh/launch) [ -z "$last" ] || cut=4;; esac; case "$arg" in --) last=1;;')),
    ).toEqual(expect.arrayContaining(['descriptor-limit', 'kernel-limits', 'memory-limit', 'thread-limit']));
  });

  it('an environment that is not empty', async () => {
    expect(await whatFails(changing('--clearenv) more="--setenv LEAK yes";;'))).toEqual(['empty-environment']);
  });
});

describe('the live test of a program', () => {
  it('sees that a plain process is denied nothing', async () => {
    const { held, failed } = await testProgram(createPlainDriver());
    expect(held).toEqual([]);
    expect(failed).toContain('network-isolation');
  });

  it.runIf(process.platform === 'linux')('sees that a box denies it everything', async () => {
    const { failed } = await testProgram((await chooseDriver()).driver);
    expect(failed).toEqual([]);
  });

  it('says why there was no answer', async () => {
    expect(await testProgram(createPlainDriver(), '/nowhere/node')).toMatchObject({
      held: [],
      failure: expect.any(String),
    });
    const broken: Driver = {
      ...createPlainDriver(),
      start: () => {
        throw new Error('no box today');
      },
    };
    expect(await testProgram(broken)).toEqual({ held: [], failed: [], failure: 'no box today' });
  });
});

describe('the program that asks the kernel', () => {
  /** As an emulator of the processor ran them: six arguments loaded, the answers written, then waiting, then the end. */
  const ARM64 = [...['680240f9', '600640f9', '610a40f9', '620e40f9', '631240f9', '641640f9', '651a40f9', '010000d4']];

  it('is for 64-bit Arm what it was when it was tried', () => {
    const image = Buffer.from(
      createCallProbe('arm64', [
        { number: 172, args: [] },
        { number: 56, args: [-100, '/etc', 7] },
      ]),
    );
    expect(image.readUInt16LE(18)).toBe(183);
    expect(createHash('sha256').update(image).digest('hex')).toBe(
      'c0bcc8746a2514b18cb62a5fad3ffbc5004449e3a5467d09cefb59bcebd71ed3',
    );
    expect(ARM64.every((word) => image.toString('hex').includes(word))).toBe(true);
  });

  it('is for x86-64 what it was when it was tried', () => {
    const image = Buffer.from(
      createCallProbe('x64', [
        { number: 39, args: [] },
        { number: 257, args: [-100, '/etc', 7] },
      ]),
    );
    expect(image.readUInt16LE(18)).toBe(62);
    expect(createHash('sha256').update(image).digest('hex')).toBe(
      '4b326bbf2c389e3ed42600a56d2914185241eb794c659627f445877d750c2c8e',
    );
  });
});

describe('the driver that is chosen on macOS', () => {
  const onMac = (options: DriverOptions): ReturnType<typeof chooseDriver> =>
    chooseDriver({ platform: 'darwin', ...options });

  it('has no box where sandbox-exec is absent', async () => {
    const { driver, missing } = await onMac({ sandboxExec: '/nowhere/sandbox-exec' });
    expect([driver.level, missing]).toMatchObject(['language', [{ reason: 'there is no sandbox-exec' }]]);
  });

  it.runIf(process.platform !== 'win32')('has no box where sandbox-exec denies nothing', async () => {
    const { driver, missing } = await onMac({ sandboxExec: await standIn('shift 2; exec "$@"') });
    expect(driver.level).toBe('language');
    expect(missing.map(({ mechanism }) => mechanism)).toContain('no-file-reads');
  });

  it.runIf(process.platform !== 'win32')('has no box where sandbox-exec refuses', async () => {
    const { missing } = await onMac({
      sandboxExec: await standIn('echo "sandbox_apply: Operation not permitted" >&2; exit 71'),
    });
    expect(missing).toMatchObject([
      { mechanism: 'system-sandbox', reason: expect.stringContaining('Operation not permitted') },
    ]);
  });
});

describe('the driver that is chosen elsewhere', () => {
  it('has no box', async () => {
    const { driver, missing } = await chooseDriver({ platform: 'win32' });
    expect([driver.id, driver.level]).toEqual(['plain', 'language']);
    expect(missing).toEqual([
      expect.objectContaining({ mechanism: 'system-sandbox', reason: 'there is no box for win32' }),
    ]);
  });
});

describe('trouble with a box', () => {
  const SWITCHES = [
    'kernel/unprivileged_userns_clone',
    'user/max_user_namespaces',
    'kernel/apparmor_restrict_unprivileged_userns',
  ];

  it.each([
    ['kernel/unprivileged_userns_clone', '0', 'sysctl -w kernel.unprivileged_userns_clone=1'],
    ['user/max_user_namespaces', '0', 'sysctl -w user.max_user_namespaces=15000'],
    ['kernel/apparmor_restrict_unprivileged_userns', '1', '/etc/apparmor.d/bwrap'],
  ])('is explained by the switch %s', (name, value, fix) => {
    const values = new Map(SWITCHES.map((other) => [`/proc/sys/${other}`, other.startsWith('kernel/app') ? '0' : '1']));
    values.set(`/proc/sys/${name}`, value);
    expect(boxTrouble('bwrap: no', (path) => values.get(path)).fix).toContain(fix);
  });

  it('is shown without control characters', () => {
    expect(boxTrouble('bwrap: \u001b[31mred', () => undefined).reason).not.toContain('\u001b');
  });
});

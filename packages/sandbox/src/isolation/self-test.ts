import { readFileSync, readlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Box, BoxExit, Driver, Program } from '../drivers/driver.js';
import type { FilterMachine } from '../drivers/seccomp/filter.js';
import { ATTEMPT_LIMITS, type Attempt, listAttempts } from './attempts.js';
import { createCallProbe } from './call-probe.js';

const PROBE = '/agentmesh/probe';
const TIMEOUT_MS = 10_000;
const WORD = 8;
const DATA_BYTES = 1024 * 1024;
const MAX_TEXT = 4096;
const NAMESPACES = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts'];

/** What a live test of a box showed. */
export interface SelfTest {
  /** Mechanisms that held. */
  readonly held: readonly string[];
  /** Mechanisms of which one attempt or more succeeded, or ended otherwise than by being refused. */
  readonly failed: readonly string[];
  /** Why there was no guest to ask. */
  readonly failure?: string;
}

/**
 * Starts a guest that tries to get out by asking the kernel directly, and looks at it from outside meanwhile. Takes as long
 * as a box takes to start. Never rejects.
 */
export async function testBox(driver: Driver, machine: FilterMachine): Promise<SelfTest> {
  const attempts = listAttempts(machine, { canary: fileURLToPath(import.meta.url), hostPid: process.pid });
  const program: Program = {
    id: 'probe',
    image: { inside: PROBE, bytes: createCallProbe(machine, attempts) },
    dataBytes: DATA_BYTES,
    command: () => ({ file: PROBE, args: [], env: {} }),
  };
  const box = driver.start(program, ATTEMPT_LIMITS);
  const timer = setTimeout(() => box.kill(), TIMEOUT_MS);
  let said = '';
  box.stdout.resume();
  box.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(0, MAX_TEXT);
  });
  try {
    const answers = await answersOf(box, attempts.length);
    if (answers === undefined) return { held: [], failed: [], failure: describe(await box.closed, said) };
    const outside = lookAt(box);
    box.kill();
    await box.closed;
    return judge([...outside, ...attempts.map((attempt, index) => outcome(attempt, answers[index]))]);
  } finally {
    clearTimeout(timer);
    box.kill();
  }
}

interface Outcome {
  readonly mechanism: string;
  readonly held: boolean;
}

function outcome({ mechanism, holds }: Attempt, answer: number | undefined): Outcome {
  return { mechanism, held: answer !== undefined && holds(answer) };
}

function judge(outcomes: readonly Outcome[]): SelfTest {
  const all = [...new Set(outcomes.map(({ mechanism }) => mechanism))];
  const failed = all.filter((name) => outcomes.some(({ mechanism, held }) => mechanism === name && !held));
  return { held: all.filter((name) => !failed.includes(name)), failed };
}

/** Undefined when the guest ends before it has answered. */
function answersOf(box: Box, count: number): Promise<number[] | undefined> {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    box.channel.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length < count * WORD) return;
      resolve(Array.from({ length: count }, (_, index) => Number(bytes.readBigInt64LE(index * WORD))));
    });
    void box.closed.then(() => resolve(undefined));
  });
}

/** What the kernel says about the guest, which waits. */
function lookAt(box: Box): Outcome[] {
  box.limitMemory(Number.MAX_SAFE_INTEGER, () => undefined);
  const seen: Outcome[] = [{ mechanism: 'memory-watch', held: box.peakMemory() !== undefined }];
  box.rest();
  const pid = box.guestPid();
  const see = (mechanism: string, file: string, ...patterns: readonly RegExp[]): void => {
    const text = pid === undefined ? undefined : read(`/proc/${pid}/${file}`);
    seen.push({ mechanism, held: text !== undefined && patterns.every((pattern) => pattern.test(text)) });
  };
  see('unprivileged-user', 'status', /^Uid:\s+([1-9]\d*)(?:\s+\1){3}$/m);
  see('no-capabilities', 'status', /^CapPrm:\s+0+$/m, /^CapEff:\s+0+$/m, /^CapBnd:\s+0+$/m, /^CapAmb:\s+0+$/m);
  see('no-new-privileges', 'status', /^NoNewPrivs:\s+1$/m);
  see('system-call-filter', 'status', /^Seccomp:\s+2$/m);
  see(
    'kernel-limits',
    'limits',
    /^Max core file size\s+0\s+0\s/m,
    new RegExp(`^Max file size\\s+${ATTEMPT_LIMITS.scratchBytes}\\s+${ATTEMPT_LIMITS.scratchBytes}\\s`, 'm'),
    /^Max cpu time\s+5\s+6\s/m,
  );
  see(
    'thread-limit',
    'limits',
    new RegExp(`^Max processes\\s+${ATTEMPT_LIMITS.threads}\\s+${ATTEMPT_LIMITS.threads}\\s`, 'm'),
  );
  see('empty-environment', 'environ', /^$/);
  for (const name of NAMESPACES) seen.push({ mechanism: 'namespaces', held: pid !== undefined && hasOwn(name, pid) });
  return seen;
}

function hasOwn(namespace: string, pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/${namespace}`) !== readlinkSync(`/proc/self/ns/${namespace}`);
  } catch {
    return false;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}

function describe({ code, signal, failure }: BoxExit, said: string): string {
  const line = said.trim().split('\n')[0] ?? '';
  if (failure !== undefined) return failure.message;
  return line === '' ? `it ended with ${signal ?? `exit code ${code}`}` : line;
}

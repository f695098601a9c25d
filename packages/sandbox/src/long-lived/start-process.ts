import { PassThrough, type Readable } from 'node:stream';
import type { Box, BoxExit } from '../drivers/driver.js';
import type { AnswerFetch } from '../pool/guest-call.js';
import { watchFolder } from './folder-watch.js';
import type { ProcessPlan } from './plan-process.js';
import type { ProcessEnd, SandboxProcess } from './sandbox-process.js';
import { serveFetch } from './serve-fetch.js';

const ABORTS: ReadonlySet<string | null> = new Set(['SIGABRT', 'SIGTRAP', 'SIGILL', 'SIGSEGV']);
const KNOWN_MS = 5;

/** What a process is started with. */
export interface StartOptions {
  /** Of a process that has the network. */
  readonly answerFetch?: AnswerFetch | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Starts a planned process and watches it until it is gone. */
export function startProcess(plan: ProcessPlan, { answerFetch, signal }: StartOptions): SandboxProcess {
  const { data, cpuMs } = plan.limits;
  const started = performance.now();
  const box = plan.driver.start(plan.program, plan.limits);
  const { stdin } = box;
  if (stdin === undefined) throw new TypeError('The driver gave no standard input, though it was asked for it');
  let cause: ProcessEnd['reason'] | undefined;
  const finish = (reason: ProcessEnd['reason']): void => {
    cause ??= reason;
    box.kill();
  };
  const stop = (): void => finish('stopped');
  const letGo = [watchMemory(box, plan.watchedBytes, () => finish('memory'))];
  if (data?.host !== undefined) {
    letGo.push(watchFolder({ folder: data.host, maxBytes: data.bytes, onExceeded: () => finish('data') }));
  }
  const gone = new AbortController();
  if (answerFetch !== undefined) {
    const onBroken = (): void => finish('protocol');
    serveFetch(box.channel, { answer: answerFetch, limits: plan.fetchLimits, signal: gone.signal, onBroken });
  }
  signal?.addEventListener('abort', stop, { once: true });
  const exited = box.closed.then(async (exit) => {
    for (const release of letGo) release();
    gone.abort();
    signal?.removeEventListener('abort', stop);
    stdin.destroy();
    const heldMuch = (box.peakMemory() ?? 0) > plan.watchedBytes / 2;
    const ranLong = cpuMs !== undefined && performance.now() - started >= cpuMs;
    const end = endOf(exit, cause, { heldMuch, ranLong });
    // What cannot be removed lies in the system's folder for what may go.
    await plan.cleanUp().catch(() => undefined);
    return end;
  });
  return {
    stdin,
    stdout: box.stdout,
    stderr: keepLittle(box.stderr, plan.stderrBytes),
    exited,
    isolation: plan.isolation,
    async stop() {
      stop();
      await exited;
    },
  };
}

/** From when the process is known; what it holds by then is little. */
function watchMemory(box: Box, bytes: number, onExceeded: () => void): () => void {
  const timer = setInterval(() => {
    if (box.guestPid() === undefined) return;
    clearInterval(timer);
    box.limitMemory(bytes, onExceeded);
  }, KNOWN_MS);
  return () => clearInterval(timer);
}

/** Always read, so that a process that complains a lot goes on; what nobody takes is dropped. */
function keepLittle(stderr: Readable, bytes: number): Readable {
  const kept = new PassThrough({ highWaterMark: bytes });
  stderr.on('data', (chunk: Buffer) => {
    if (kept.readableLength + kept.writableLength + chunk.length <= bytes) kept.write(chunk);
  });
  stderr.once('close', () => kept.end());
  return kept;
}

function endOf(
  exit: BoxExit,
  cause: ProcessEnd['reason'] | undefined,
  { heldMuch, ranLong }: Readonly<Record<'heldMuch' | 'ranLong', boolean>>,
): ProcessEnd {
  const { code, signal, failure } = exit;
  if (failure !== undefined) return { reason: 'failed' };
  if (cause !== undefined) return { reason: cause };
  // Process 1 of a namespace is spared the warning: the kernel kills it a second later.
  if (signal === 'SIGXCPU' || (ranLong && signal === 'SIGKILL')) return { reason: 'cpu' };
  // V8 ends like this when the kernel gives it no more.
  if (heldMuch && ABORTS.has(signal)) return { reason: 'memory', ...(signal === null ? {} : { signal }) };
  if (signal !== null) return { reason: 'killed', signal };
  return { reason: 'exit', code: code ?? 0 };
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

const HOOKS = join(import.meta.dirname, '../../../test/support/source-hooks.mjs');
/** What changes a file system, and writing, which also wakes threads of Node. */
const CALLS = [
  ...['mkdir', 'rmdir', 'rename', 'link', 'symlink', 'unlink', 'unlinkat', 'chmod', 'fchmod', 'ftruncate'],
  ...['fsync', 'fdatasync', 'write', 'pwrite64', 'copy_file_range', 'sendfile', 'ioctl'],
];

/** A program whose system calls are watched. */
export interface Watched {
  readonly script: string;
  readonly args: readonly string[];
  /** Folder for compiled sources. */
  readonly cache: string;
  /** Where the list of calls may lie meanwhile. */
  readonly log: string;
}

/** The n-th call of a name in one thread. */
export interface SystemCall {
  readonly name: string;
  readonly number: number;
}

/** The calls of a run, each of them once. */
export async function listSystemCalls(program: Watched): Promise<readonly SystemCall[]> {
  const killed = await run(program, ['-e', `trace=${CALLS.join(',')}`]);
  if (killed) throw new Error('The program was killed by itself');
  const counts = new Map<string, number>();
  const calls = new Map<string, SystemCall>();
  for (const line of (await readFile(program.log, 'utf8')).split('\n')) {
    const [, thread, name] = /^(\d+) +(\w+)\(/.exec(line) ?? [];
    if (thread === undefined || name === undefined) continue;
    const number = (counts.get(`${thread} ${name}`) ?? 0) + 1;
    counts.set(`${thread} ${name}`, number);
    calls.set(`${name} ${number}`, { name, number });
  }
  await rm(program.log);
  return [...calls.values()];
}

/** Runs a program and kills it as it enters a call. Answers whether it came that far. */
export async function killAt(program: Watched, { name, number }: SystemCall): Promise<boolean> {
  const killed = await run(program, ['-e', `trace=${name}`, '-e', `inject=${name}:signal=KILL:when=${number}`]);
  await rm(program.log, { force: true });
  return killed;
}

/** Starts it untouched, which is much faster, and watches it from when it says that it is ready. Answers whether it was killed. */
async function run({ script, args, cache, log }: Watched, options: readonly string[]): Promise<boolean> {
  const node = ['--disable-warning=ExperimentalWarning', '--import', HOOKS, script, ...args];
  // One thread for asynchronous calls, so that their order is the same in every run.
  const env = { PATH: process.env.PATH, NODE_COMPILE_CACHE: cache, UV_THREADPOOL_SIZE: '1' };
  const child = spawn(process.execPath, node, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  const errors = child.stderr.setEncoding('utf8').toArray();
  await Promise.race([once(child.stdout, 'data'), ended]);
  const watch = ['--follow-forks', '--signal=none', '--output', log, ...options, '--attach', String(child.pid)];
  const strace = spawn('strace', watch, { stdio: ['ignore', 'ignore', 'pipe'] });
  const watched = once(strace, 'close');
  await Promise.race([once(strace.stderr, 'data'), watched]);
  child.stdin.end('go');
  const [code, signal] = await ended;
  await watched;
  if (code !== 0 && signal !== 'SIGKILL') throw new Error((await errors).join(''));
  return signal === 'SIGKILL';
}

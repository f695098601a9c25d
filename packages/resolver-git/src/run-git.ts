import { execa } from 'execa';
import { type GitCommand, processOptions } from './git-command.js';
import { killWithSignal } from './kill-with-signal.js';

/** What git said and how it ended. */
export interface GitOutcome {
  /** Undefined for a process that was killed or never started. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  /** In English; part of it may be a server's. */
  readonly stderr: string;
  /** More output came than was allowed. */
  readonly isTooMuch: boolean;
}

/** What a run is given beside its command. */
export interface GitRunOptions {
  readonly stdin?: string | undefined;
  /** Most bytes of output that are taken (default 1 MiB). */
  readonly maxOutputBytes?: number | undefined;
}

const MAX_OUTPUT = 1024 * 1024;
const MAX_MESSAGES = 64 * 1024;

/** Runs git to its end. Throws the signal's reason. */
export async function runGit(command: GitCommand, options: GitRunOptions = {}): Promise<GitOutcome> {
  command.signal.throwIfAborted();
  const { stdin = '', maxOutputBytes = MAX_OUTPUT } = options;
  const maxBuffer = { stdout: maxOutputBytes, stderr: MAX_MESSAGES };
  const running = execa(command.program, command.args, { ...processOptions(command), input: stdin, maxBuffer });
  killWithSignal(running, command.signal);
  const { exitCode, stdout, stderr, isMaxBuffer } = await running;
  command.signal.throwIfAborted();
  return { exitCode, stdout, stderr, isTooMuch: isMaxBuffer };
}

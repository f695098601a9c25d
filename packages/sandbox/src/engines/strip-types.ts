import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { printable } from '@agentmesh/errors';
import { PluginSandboxError } from '../plugin-sandbox-error.js';
import type { SourceFile } from './engine.js';

const WORKER = new URL('./strip-types-worker.cjs', import.meta.url);
const TIMEOUT_MS = 20_000;
const MAX_PROBLEM = 500;

/** A file without its types, or why it has to keep them. */
export type StrippedFile = { readonly text: string } | { readonly refused: PluginSandboxError };

/**
 * TypeScript files as JavaScript: types become blanks, so that lines and columns stay. Parsing only, in a thread of its own
 * and for a limited time: what breaks the parser breaks it for nobody else.
 *
 * @returns for each file, in order; `refused` is `TYPESCRIPT_UNSUPPORTED` naming it, for syntax that has no erasable form and
 * for what is no TypeScript
 * @throws PluginSandboxError `TYPESCRIPT_UNSUPPORTED` naming the file that broke the parser, or took it too long
 */
export async function stripTypes(files: readonly SourceFile[]): Promise<StrippedFile[]> {
  const answers = files.length === 0 ? [] : await askWorker(files);
  return files.map(({ path }, index) => {
    const { text, problem }: WorkerAnswer = answers[index] ?? {};
    if (text !== undefined) return { text };
    if (problem === undefined) throw unsupported(path, 'the parser cannot read it');
    return { refused: unsupported(path, printable(problem, MAX_PROBLEM)) };
  });
}

/** Of strip-types-worker.cjs for one text; neither where the parser broke. */
interface WorkerAnswer {
  readonly text?: string;
  readonly problem?: string | undefined;
}

async function askWorker(files: readonly SourceFile[]): Promise<WorkerAnswer[]> {
  // Node warns once that the function is experimental; that is for us to know, not for every user of a plugin.
  const options = { workerData: files.map(({ text }) => text), env: {}, execArgv: ['--no-warnings'] };
  const worker = new Worker(WORKER, options);
  try {
    const [answers] = await once(worker, 'message', { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return answers;
  } catch (error) {
    throw unsupported(files[0]?.path ?? '', 'the parser did not end', error);
  } finally {
    await worker.terminate();
  }
}

function unsupported(path: string, problem: string, cause?: unknown): PluginSandboxError {
  return new PluginSandboxError(`${printable(path)}: ${problem}`, {
    code: 'TYPESCRIPT_UNSUPPORTED',
    hint: 'Only types that can be erased are supported: no enum, namespace, parameter property or import = require().',
    cause,
  });
}

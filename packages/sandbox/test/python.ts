import { findPython } from '../src/engines/find-python.js';
import { createPythonEngine } from '../src/engines/python.js';
import { callOf, Guest, KIND, type Received } from './guest.js';

/** What one call gave. */
export interface PythonAnswer {
  /** RESULT's body; undefined for anything else. */
  readonly result?: unknown;
  /** ERROR's body. */
  readonly error?: unknown;
  readonly logs: { readonly stdout: string; readonly stderr: string };
  /** Kinds of the frames in the order in which they came. */
  readonly kinds: readonly number[];
}

/** A Python guest without a box, that is ready. */
export async function startPython(): Promise<{ guest: Guest; ready: Received | undefined }> {
  const guest = new Guest(createPythonEngine(findPython()).command((host) => host));
  return { guest, ready: await guest.next() };
}

/** Has a guest call `run(input)` of `plugin.py` (or of the first of several files) and waits for IDLE or the guest's end. */
export async function callPython(
  guest: Guest,
  source: string | Readonly<Record<string, string>>,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<PythonAnswer> {
  sendCall(guest, source, changes);
  return answerOf(await guest.until(KIND.idle));
}

/** Sends PLUGIN and CALL and waits for nothing. */
export function sendCall(
  guest: Guest,
  source: string | Readonly<Record<string, string>>,
  changes: Readonly<Record<string, unknown>> = {},
): void {
  const files = typeof source === 'string' ? { 'plugin.py': source } : source;
  const entry = Object.keys(files)[0] ?? '';
  const prepared = Object.entries(files).map(([path, text]) => ({ path, text, format: 'python' }));
  guest.send(KIND.plugin, { entry, files: prepared, builtins: [] });
  guest.send(KIND.call, callOf('run', null, changes));
}

/** Runs one call in a guest of its own. */
export async function runPython(
  source: string | Readonly<Record<string, string>>,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<PythonAnswer> {
  const { guest } = await startPython();
  const answer = await callPython(guest, source, changes);
  guest.kill();
  return answer;
}

/** Sorts the frames of a call. */
export function answerOf(frames: readonly Received[]): PythonAnswer {
  const logs = { stdout: '', stderr: '' };
  for (const { kind, body } of frames) {
    if (kind !== KIND.log) continue;
    const { stream, text } = body as { stream: 'stderr' | 'stdout'; text: string };
    logs[stream] += text;
  }
  const result = frames.find(({ kind }) => kind === KIND.result);
  const error = frames.find(({ kind }) => kind === KIND.error);
  return {
    ...(result === undefined ? {} : { result: result.body }),
    ...(error === undefined ? {} : { error: error.body }),
    logs,
    kinds: frames.map(({ kind }) => kind),
  };
}

import { runContained } from '../corpus/container.js';
import type { Census } from './census.js';
import type { Tally } from './mixed-calls.js';

/** What the programs beside this file print at their end; each its part of it. */
export interface FaultReport {
  readonly before: Census;
  readonly after: Census;
  readonly tally: Tally;
  readonly faults: readonly string[];
  readonly memory: readonly number[];
  /** Most guests at a time. */
  readonly most: number;
  readonly killed: number;
}

/** Runs one of the programs in a container and gives what it found; its own end has to be clean. */
export async function runFaultProgram(name: string, args: readonly string[], timeoutMs: number): Promise<FaultReport> {
  const lines: string[] = [];
  const program = new URL(`./${name}.ts`, import.meta.url);
  const end = await runContained({ program, args, timeoutMs, onLine: (line) => lines.push(line) });
  const last = lines.at(-1);
  if (end.status !== 0 || last === undefined) throw new Error(`${name} ended by ${end.status}: ${end.stderr}`);
  if (end.groups.length > 0 || end.files.length > 0) throw new Error(`${name} left ${[...end.groups, ...end.files]}`);
  return JSON.parse(last);
}

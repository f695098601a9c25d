import { readdirSync, readFileSync } from 'node:fs';

/** Times of many calls, in milliseconds, and how many there were a second. */
export interface Figures {
  readonly p50: number;
  readonly p95: number;
  readonly perSecond: number;
}

type Work = () => Promise<unknown>;

const TURN_MS = 1500;

/** One call after the other. */
export async function inTurn(times: number, work: Work): Promise<Figures> {
  const taken: number[] = [];
  const started = performance.now();
  for (let index = 0; index < times; index += 1) taken.push(await timed(work));
  return figures(taken, performance.now() - started);
}

/** As many calls as there can be, so many at a time. */
export async function flatOut(atOnce: number, milliseconds: number, work: Work): Promise<Figures> {
  const taken: number[] = [];
  const started = performance.now();
  const worker = async () => {
    while (performance.now() - started < milliseconds) taken.push(await timed(work));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return figures(taken, performance.now() - started);
}

/** Two works in turns of a second and a half each, because the machine does not give the same all the time; the median turn of each. */
export async function sideBySide(
  turns: number,
  atOnce: number,
  works: readonly [Work, Work],
): Promise<[number, number]> {
  const rates: [number[], number[]] = [[], []];
  for (let turn = 0; turn < turns; turn += 1) {
    for (const which of [0, 1] as const) rates[which].push((await flatOut(atOnce, TURN_MS, works[which])).perSecond);
  }
  return [median(rates[0]), median(rates[1])];
}

/** One call of each in turn. */
export async function alternately(times: number, works: readonly [Work, Work]): Promise<[number, number]> {
  const taken: [number[], number[]] = [[], []];
  for (let index = 0; index < times; index += 1) {
    for (const which of [0, 1] as const) taken[which].push(await timed(works[which]));
  }
  return [median(taken[0]), median(taken[1])];
}

/** Calls at an even pace, whether the one before is done or not. */
export async function paced(perSecond: number, milliseconds: number, work: Work): Promise<Figures> {
  const calls: Promise<number>[] = [];
  const started = performance.now();
  for (let index = 0; index * (1000 / perSecond) < milliseconds; index += 1) {
    const due = started + index * (1000 / perSecond);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    calls.push(timed(work));
  }
  return figures(await Promise.all(calls), performance.now() - started);
}

/** Memory that each descendant of this process alone holds, in bytes, by pid. */
export function privateMemory(): Map<number, number> {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const parent = /^PPid:\s+(\d+)/m.exec(read(`/proc/${name}/status`))?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const isOurs = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === process.pid || isOurs(parent));
  };
  return new Map([...parents.keys()].filter(isOurs).map((pid) => [pid, privateBytes(pid)]));
}

function privateBytes(pid: number): number {
  const kib = /^Private_Dirty:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1];
  return Number(kib ?? 0) * 1024;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function timed(work: Work): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function figures(taken: readonly number[], milliseconds: number): Figures {
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), perSecond: (taken.length / milliseconds) * 1000 };
}

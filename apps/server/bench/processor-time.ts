import { readFileSync } from 'node:fs';

const TICKS_A_SECOND = 100;

/** Processor time that a process has taken so far, in milliseconds (proc(5), stat: utime and stime). */
export function processorTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_A_SECOND;
}

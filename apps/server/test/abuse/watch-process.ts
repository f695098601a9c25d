import { readFileSync } from 'node:fs';

/** Most memory that a process has held so far, in bytes (proc(5), VmHWM). */
export function peakMemory(pid: number): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}

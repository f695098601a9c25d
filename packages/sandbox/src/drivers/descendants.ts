import { readdirSync, readFileSync } from 'node:fs';

/** Parents by process id, kept between looks so that each process is asked once. */
const parents = new Map<number, number>();

/**
 * Every process that a process made, and what those made, in no order. Where one of them ended first, what it left behind
 * belongs to whoever took it over.
 */
export function descendantsOf(pid: number): number[] {
  refresh();
  const found = new Set([pid]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const [child, parent] of parents) if (found.has(parent)) found.add(child);
  }
  found.delete(pid);
  return [...found];
}

function refresh(): void {
  const present = new Set(listProcesses());
  for (const pid of parents.keys()) if (!present.has(pid)) parents.delete(pid);
  for (const pid of present) {
    const known = parents.get(pid);
    // Where the parent ended, somebody else took over.
    if (known !== undefined && (known === 0 || present.has(known))) continue;
    const parent = parentOf(pid);
    if (parent !== undefined) parents.set(pid, parent);
  }
}

function listProcesses(): number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => Number.isInteger(pid));
  } catch {
    return [];
  }
}

/** Process id of the parent; undefined when the process is gone. */
export function parentOf(pid: number): number | undefined {
  try {
    const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return parent === undefined ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}

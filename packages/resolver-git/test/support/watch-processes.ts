import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';

/** Collects the arguments of all processes of the machine, over and over, while the work runs: what `ps` could have shown. */
export async function argumentsDuring(work: Promise<unknown>): Promise<Set<string>> {
  const seen = new Set<string>();
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  work.then(over, over);
  while (!isOver) {
    for (const line of processArguments()) seen.add(line);
    await turn();
  }
  return seen;
}

/** The arguments of every process, NUL between them. */
function processArguments(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'latin1')];
      } catch {
        return [];
      }
    });
}

/** Processes that work in a folder below `path`, as their environment says. */
export function processesWith(path: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`GIT_DIR=${path}`);
      } catch {
        return false;
      }
    });
}

/** The most memory that this process came to hold beyond what it held before, and that git's processes held, in MiB. */
export async function memoryDuring(path: string, work: Promise<unknown>): Promise<{ own: number; git: number }> {
  const before = process.memoryUsage.rss();
  const most = { own: 0, git: 0 };
  const timer = setInterval(() => {
    most.own = Math.max(most.own, process.memoryUsage.rss() - before);
    for (const pid of processesWith(path)) most.git = Math.max(most.git, residentBytes(pid));
  }, 20);
  await work.catch(() => undefined);
  clearInterval(timer);
  return { own: most.own / 1024 ** 2, git: most.git / 1024 ** 2 };
}

/** Anonymous memory alone: pages of files that are mapped can be taken back at any time. */
function residentBytes(pid: string): number {
  try {
    const [, kilobytes = '0'] = /^RssAnon:\s+([0-9]+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return 0;
  }
}

import { lstat, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';

const PREFIX = 'agentmesh-start-';
const NAME = /^agentmesh-start-(\d+)-(\d+)-(\d+)-/;
/** In /proc/PID/stat after the name, which is in brackets: the 22nd field, when it began (proc_pid_stat(5)). */
const STARTED_FIELD = 19;

/**
 * How the folders of this process begin: the namespace that its id counts in, its id, and when it began, as an id comes
 * again. Linux only.
 */
export async function snapshotPrefix(): Promise<string> {
  return `${PREFIX}${await ownNamespace()}-${process.pid}-${(await startedAt(process.pid)) ?? 0}-`;
}

/** Removes the folders that processes of this user and namespace left in `parent` when they were killed. */
export async function sweepSnapshots(parent: string): Promise<void> {
  const namespace = await ownNamespace();
  for (const name of await readdir(parent).catch(() => [])) {
    const [, space, pid, started] = NAME.exec(name) ?? [];
    // A process of another container may be alive and not to be seen from here.
    if (pid === undefined || space !== namespace || (await startedAt(Number(pid))) === started) continue;
    const folder = join(parent, name);
    const stats = await lstat(folder).catch(() => undefined);
    if (stats?.isDirectory() !== true || stats.uid !== process.geteuid?.()) continue;
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function ownNamespace(): Promise<string> {
  const link = await readlink('/proc/self/ns/pid').catch(() => '');
  return /\d+/.exec(link)?.[0] ?? '0';
}

async function startedAt(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[STARTED_FIELD];
}

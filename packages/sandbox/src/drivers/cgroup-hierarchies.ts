import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** What of a guest is bounded by a control group. */
export interface CgroupLimits {
  readonly memoryBytes: number;
  readonly processes: number;
}

/** A tree of control groups that bounds some of that. */
export interface Hierarchy {
  /** Groups under which groups may be made, best first. */
  readonly parents: readonly string[];
  /** What has to be written into a group whose groups are to bound anything, by file. */
  readonly enabling: Readonly<Record<string, string>>;
  /** What has to be written into a group to bound it, by file; files that are not there are passed over. */
  settings(limits: CgroupLimits): Readonly<Record<string, string>>;
}

const ROOT = '/sys/fs/cgroup';
const NONE: Readonly<Record<string, string>> = {};

/**
 * The trees that bound memory and processes together: one of version 2, or one each of version 1 (Linux,
 * Documentation/admin-guide/cgroup-v2.rst and cgroup-v1). Empty where neither is mounted.
 *
 * @param root where they are mounted
 * @param own what /proc/self/cgroup says
 */
export function findHierarchies(root: string = ROOT, own: string = read('/proc/self/cgroup')): readonly Hierarchy[] {
  const paths = new Map(own.trim().split('\n').map(ownGroup));
  const group = (name: string): string => paths.get(name) ?? '/';
  const unified = [root, join(root, 'unified')].find((folder) => offersAll(read(join(folder, 'cgroup.controllers'))));
  if (unified !== undefined) return [version2(unified, within(unified, group('')))];
  const [memory, processes] = ['memory', 'pids'].map((name) => within(join(root, name), group(name)));
  const isThere = [memory, processes].every((path) => path !== undefined && read(join(path, 'cgroup.procs')) !== '');
  if (memory === undefined || processes === undefined || !isThere) return [];
  return [
    {
      parents: [memory],
      enabling: NONE,
      settings: ({ memoryBytes }) => ({ 'memory.limit_in_bytes': `${memoryBytes}` }),
    },
    { parents: [processes], enabling: NONE, settings: (limits) => ({ 'pids.max': `${limits.processes}` }) },
  ];
}

/** A group that holds a process, as that of the host does, can have no group below it that bounds anything. */
function version2(root: string, own: string): Hierarchy {
  return {
    parents: own === root ? [root] : [dirname(own), own],
    enabling: { 'cgroup.subtree_control': '+memory +pids' },
    settings: ({ memoryBytes, processes }) => ({
      'memory.max': `${memoryBytes}`,
      'memory.swap.max': '0',
      'memory.oom.group': '1',
      'pids.max': `${processes}`,
    }),
  };
}

/** A group above the namespace of groups that the host is in is shown as `/..`: from here it cannot be reached. */
function within(root: string, group: string): string {
  const path = resolve(root, `.${group}`);
  return path.startsWith(`${root}/`) ? path : root;
}

/** `4:memory:/path` of version 1, `0::/path` of version 2. */
function ownGroup(line: string): [name: string, path: string] {
  const [, name = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
  return [name, path];
}

function offersAll(controllers: string): boolean {
  const names = controllers.trim().split(' ');
  return names.includes('memory') && names.includes('pids');
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

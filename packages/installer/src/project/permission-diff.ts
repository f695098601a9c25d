import type { Permissions } from '@agentmesh/manifest';

/** What a plugin asks for beyond what it had, and the other way round; each as `net api.example.org:443`. */
export interface PermissionDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

const HOSTS = ['net'] as const;
const NAMES = ['env', 'run'] as const;
const PATHS = ['read', 'write'] as const;
const AMOUNTS = ['scratch', 'memory', 'time'] as const;

/** The keys of `permissions` that are lists. */
export const PERMISSION_LISTS: readonly ('net' | 'env' | 'run' | 'read' | 'write')[] = [...HOSTS, ...NAMES, ...PATHS];

/** The keys of `permissions` that are numbers. */
export const PERMISSION_AMOUNTS: readonly ('scratch' | 'memory' | 'time')[] = AMOUNTS;

/**
 * Compares two sets of permissions. Hosts by their lower case, paths as folders that hold all that is in them, numbers as the most
 * that is allowed.
 *
 * @param before undefined for none
 */
export function diffPermissions(before: Permissions | undefined, after: Permissions | undefined): PermissionDiff {
  return { added: beyond(after ?? {}, before ?? {}), removed: beyond(before ?? {}, after ?? {}) };
}

/** What one set of permissions has that another does not cover. */
function beyond(permissions: Permissions, other: Permissions): readonly string[] {
  const found: string[] = [];
  const lists = (
    keys: readonly (typeof PERMISSION_LISTS)[number][],
    covers: (has: string, item: string) => boolean,
  ): void => {
    for (const key of keys) {
      const items = (permissions[key] ?? []).filter((item) => !(other[key] ?? []).some((has) => covers(has, item)));
      found.push(...items.map((item) => `${key} ${item}`));
    }
  };
  lists(HOSTS, (has, item) => has.toLowerCase() === item.toLowerCase());
  lists(NAMES, (has, item) => has === item);
  lists(PATHS, (has, item) => holdsPath(toPath(has), toPath(item)));
  for (const key of AMOUNTS) {
    const amount = permissions[key];
    if (amount !== undefined && amount > (other[key] ?? 0)) found.push(`${key} ${amount}`);
  }
  return found;
}

function holdsPath(folder: string, path: string): boolean {
  if (folder === path) return true;
  // What leads upwards or begins at the root is compared as text alone.
  const isInner = !path.startsWith('/') && !path.split('/').includes('..');
  return (folder === '.' && isInner) || (isInner && path.startsWith(`${folder}/`));
}

function toPath(text: string): string {
  const parts = text.split('/').filter((part, at) => (part !== '' || at === 0) && part !== '.');
  return parts.length === 0 ? '.' : parts.join('/');
}

import type { Permissions } from '@agentmesh/manifest';
import type { SandboxLimits } from '../sandbox-limits.js';
import { ceilingOf } from '../sandbox-limits.js';
import { intersectPaths } from './intersect-paths.js';
import { type GrantedRead, resolveReads } from './resolve-reads.js';

/** What a plugin has during a call. What is not in here does not exist for it. */
export interface EffectivePermissions {
  /** `host:port`, the host in lower case. */
  readonly net: readonly string[];
  /** Names and values. */
  readonly env: Readonly<Record<string, string>>;
  readonly reads: readonly GrantedRead[];
  /** Undefined for no scratch space. */
  readonly scratchBytes: number | undefined;
  readonly memoryBytes: number;
  readonly wallMs: number;
}

/** What there is to be granted. */
export interface PermissionContext {
  readonly limits: SandboxLimits;
  /** Values of environment variables; others do not exist. */
  readonly env: Readonly<Record<string, string>>;
  /** Root of `permissions.read`. */
  readonly workspaceDir: string | undefined;
}

/**
 * What a plugin asks for and is granted: the intersection, item by item. `memory`, `time` and `scratch` are the lesser of
 * the two, and of what the sandbox gives at most; one that is not asked for is the sandbox's own. `write` and `run` are never
 * granted here.
 *
 * @param asked the manifest's
 * @throws PluginSandboxError `PERMISSION_REFUSED` for a granted path that leads out of the workspace
 */
export async function effectivePermissions(
  asked: Permissions | undefined,
  granted: Permissions | undefined,
  { limits, env, workspaceDir }: PermissionContext,
): Promise<EffectivePermissions> {
  const ask = asked ?? {};
  const grant = granted ?? {};
  const names = intersect(ask.env, grant.env).filter((name) => Object.hasOwn(env, name));
  const paths = intersectPaths(ask.read ?? [], grant.read ?? []);
  return {
    net: intersect(lowerCase(ask.net), lowerCase(grant.net)),
    env: Object.fromEntries(names.map((name) => [name, env[name] ?? ''])),
    reads: paths.length === 0 ? [] : await resolveReads(paths, workspaceDir),
    scratchBytes: least(ask.scratch, grant.scratch, limits.scratchBytes),
    memoryBytes: least(ask.memory, grant.memory, ceilingOf('memoryBytes')) ?? limits.memoryBytes,
    wallMs: least(ask.time, grant.time, ceilingOf('wallMs')) ?? limits.wallMs,
  };
}

/** What is no amount grants nothing. */
function least(asked: number | undefined, granted: number | undefined, ceiling: number): number | undefined {
  return isAmount(asked) && isAmount(granted) ? Math.min(asked, granted, ceiling) : undefined;
}

function isAmount(value: number | undefined): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

function intersect(asked: readonly string[] = [], granted: readonly string[] = []): string[] {
  const allowed = new Set(granted);
  return [...new Set(asked)].filter((item) => allowed.has(item));
}

function lowerCase(items: readonly string[] = []): string[] {
  return items.map((item) => item.toLowerCase());
}

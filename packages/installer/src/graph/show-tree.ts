import { parseDependency } from '@agentmesh/manifest';
import type { InstallContext } from '../install/install-context.js';
import type { Lock } from '../state/locked-plugin.js';
import { readBaseLock } from './base-lock.js';

/** A plugin and what it needs. */
export interface PluginNode {
  readonly name: string;
  /** Absent where it is missing. */
  readonly version?: string;
  /** The range in which the plugin above it needs it; '' for any version. Absent at the top. */
  readonly range?: string;
  /** True where its needs were shown further up already. */
  readonly repeated: boolean;
  readonly needs: readonly PluginNode[];
}

/** All plugins, as they need one another. */
export interface PluginTree {
  /** What was asked for, by name. */
  readonly requested: readonly PluginNode[];
  /** What nobody asked for and nothing that was asked for needs. */
  readonly unneeded: readonly PluginNode[];
}

const DEEPEST = 100;

/** See `PluginInstaller.tree`. */
export async function showTree(context: Pick<InstallContext, 'workspace' | 'project'>): Promise<PluginTree> {
  const { lock } = await readBaseLock(context);
  const shown = new Set<string>();
  const names = [...lock.keys()].sort();
  const requested = names.filter((name) => lock.get(name)?.requested === true);
  const nodes = requested.map((name) => toNode(lock, { name, depth: 0 }, shown));
  const left = names.filter((name) => !shown.has(name));
  const needed = new Set(
    left.flatMap((name) => lock.get(name)?.dependencies.map((spec) => parseDependency(spec).name) ?? []),
  );
  const tops = left.filter((name) => !needed.has(name));
  const unneeded = (tops.length === 0 ? left : tops).map((name) => toNode(lock, { name, depth: 0 }, shown));
  return { requested: nodes, unneeded };
}

function toNode(
  lock: Lock,
  { name, range, depth }: { readonly name: string; readonly range?: string; readonly depth: number },
  shown: Set<string>,
): PluginNode {
  const locked = lock.get(name);
  const head = { name, ...(range === undefined ? {} : { range }) };
  if (locked === undefined) return { ...head, repeated: false, needs: [] };
  const needs = locked.dependencies.map(parseDependency).sort((a, b) => (a.name < b.name ? -1 : 1));
  const repeated = (shown.has(name) && needs.length > 0) || depth > DEEPEST;
  shown.add(name);
  const below = repeated ? [] : needs.map((need) => toNode(lock, { ...need, depth: depth + 1 }, shown));
  return { ...head, version: locked.version, repeated, needs: below };
}

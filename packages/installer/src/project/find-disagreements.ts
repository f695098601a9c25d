import { printable } from '@agentmesh/errors';
import { isVersion, parseDependency, satisfies } from '@agentmesh/manifest';
import { showSource } from '../install/show-source.js';
import type { Lock, LockedPlugin } from '../state/locked-plugin.js';
import type { ProjectFile } from './project-file.js';
import { admits, overrideRange, type Wanted } from './wanted.js';

/** One way in which `agentmesh.yaml` and `agentmesh.lock` contradict each other. */
export interface Disagreement {
  readonly name: string;
  /** What is wrong, as a sentence. */
  readonly message: string;
}

/**
 * Where a lock is not what `agentmesh.yaml` asks for: a plugin that is missing, another version or source, one that nobody asks
 * for any more, a dependency that the lock itself does not meet. Empty when the lock can be taken as it is.
 */
export function findDisagreements(file: ProjectFile, lock: Lock): readonly Disagreement[] {
  return [...compareWanted(file, lock), ...compareNeeds(file, lock)];
}

function compareWanted({ plugins, overrides }: ProjectFile, lock: Lock): readonly Disagreement[] {
  if (plugins === undefined) return [];
  const found: Disagreement[] = [];
  for (const [name, wanted] of plugins) {
    const locked = lock.get(name);
    const message =
      locked === undefined ? 'the lock does not have it' : describe(name, wanted, locked, overrides.get(name));
    if (message !== undefined)
      found.push({ name, message: `agentmesh.yaml asks for ${name} ${show(wanted)}, and ${message}` });
  }
  for (const [name, { requested }] of lock) {
    if (!requested || plugins.has(name)) continue;
    found.push({ name, message: `the lock says that ${name} was asked for, and agentmesh.yaml does not have it` });
  }
  return found;
}

function describe(
  name: string,
  wanted: Wanted,
  locked: LockedPlugin,
  override: string | undefined,
): string | undefined {
  if (!admits(wanted, name, locked, override)) {
    return `the lock has ${printable(locked.version)} from ${showSource(locked.source)}`;
  }
  return locked.requested ? undefined : 'the lock has it for others alone';
}

function show(wanted: Wanted): string {
  return wanted.kind === 'source' ? `from ${showSource(wanted.source)}` : printable(wanted.range || 'in any version');
}

function compareNeeds({ overrides }: ProjectFile, lock: Lock): readonly Disagreement[] {
  return [...lock].flatMap(([name, { version, dependencies }]) =>
    dependencies.map(parseDependency).flatMap((dependency): Disagreement[] => {
      const there = lock.get(dependency.name);
      const override = overrides.get(dependency.name);
      const range = override === undefined ? dependency.range : overrideRange(override);
      if (there !== undefined && isVersion(there.version) && satisfies(there.version, range)) return [];
      const has = there === undefined ? 'the lock does not have it' : `the lock has ${printable(there.version)}`;
      const needs = `${name} ${printable(version)} needs ${printable(dependency.name)} ${printable(range)}`.trimEnd();
      return [{ name: dependency.name, message: `${needs}, and ${has}` }];
    }),
  );
}

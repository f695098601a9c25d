import { createIntervals, type IntervalSet, type Needs, type Provider, type Requirement } from '@agentmesh/solver';

/** Numbers with dots, compared one by one. */
export function compareNumbers(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  const length = Math.max(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const order = (left[at] ?? 0) - (right[at] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

const SETS = createIntervals<string>({ compare: compareNumbers });

/** `>=1.0.0,<2.0.0`, `1.0.0 || 3.0.0`, nothing for any version. */
export function range(text: string): IntervalSet<string> {
  return text.split('||').map(every).reduce(SETS.union);
}

function every(text: string): IntervalSet<string> {
  const parts = text.split(',').map((part) => part.trim());
  return parts.filter((part) => part !== '').reduce((set, part) => SETS.intersect(set, comparator(part)), SETS.any);
}

function comparator(text: string): IntervalSet<string> {
  const [, operator = '', version = ''] = /^(>=|<=|>|<|!=|\^|)([0-9.]+)$/.exec(text) ?? [];
  const next = `${Number(version.split('.')[0]) + 1}.0.0`;
  switch (operator) {
    case '>=':
      return SETS.atLeast(version);
    case '<=':
      return SETS.atMost(version);
    case '>':
      return SETS.above(version);
    case '<':
      return SETS.below(version);
    case '!=':
      return SETS.complement(SETS.only(version));
    case '^':
      return SETS.intersect(SETS.atLeast(version), SETS.below(next));
    default:
      return SETS.only(version);
  }
}

/** `b ^1.0.0`, or `b` for any version. */
export function need(text: string): Requirement<string> {
  const [, name = '', rest = ''] = /^(\S+) ?(.*)$/.exec(text.trim()) ?? [];
  return { name, versions: range(rest) };
}

export type Graph = ReadonlyMap<string, ReadonlyMap<string, Needs<string>>>;

/** Reads lines `a 1.0.0: b ^1.0.0; c`, or `a 1.0.0! is yanked` for a version that cannot be used. */
export function graph(...lines: readonly string[]): Graph {
  const names = new Map<string, Map<string, Needs<string>>>();
  for (const line of lines) {
    const [, name = '', version = '', sign = '', rest = ''] = /^(\S+) ([0-9.]+)([:!]?) ?(.*)$/.exec(line) ?? [];
    const versions = names.get(name) ?? new Map<string, Needs<string>>();
    names.set(name, versions);
    const needs = rest.split(';').filter((part) => part !== '');
    versions.set(version, sign === '!' ? { unusable: rest } : needs.map(need));
  }
  return names;
}

/** A provider over a graph, newest first. */
export function providerOf(names: Graph, { peek = true }: { readonly peek?: boolean } = {}): Provider<string> {
  const needsOf = (name: string, version: string): Needs<string> => names.get(name)?.get(version) ?? [];
  return {
    compare: compareNumbers,
    versions: (name) => [...(names.get(name)?.keys() ?? [])].sort((a, b) => compareNumbers(b, a)),
    dependencies: needsOf,
    ...(peek ? { peek: needsOf } : {}),
  };
}

/** A set of small integers: flat pairs `[from, to)`, ascending, neither empty nor touching. */
export type IndexSet = readonly number[];

export const NONE: IndexSet = Object.freeze([]);

/** All integers of `[from, to)`. */
export function range(from: number, to: number): IndexSet {
  return from < to ? [from, to] : NONE;
}

/** The set of these ascending integers. */
export function fromAscending(indexes: Iterable<number>): IndexSet {
  const set: number[] = [];
  for (const index of indexes) {
    if (set.length > 0 && set[set.length - 1] === index) set[set.length - 1] = index + 1;
    else set.push(index, index + 1);
  }
  return set;
}

/** The pairs. */
export function pairs(set: IndexSet): readonly (readonly [from: number, to: number])[] {
  return Array.from({ length: set.length / 2 }, (_, at) => [bound(set, 2 * at), bound(set, 2 * at + 1)]);
}

export function count(set: IndexSet): number {
  let sum = 0;
  for (let at = 0; at < set.length; at += 2) sum += bound(set, at + 1) - bound(set, at);
  return sum;
}

export function has(set: IndexSet, index: number): boolean {
  // The number of bounds at or below the index is odd inside a pair.
  let low = 0;
  let high = set.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (bound(set, middle) <= index) low = middle + 1;
    else high = middle;
  }
  return low % 2 === 1;
}

export function isSubset(inner: IndexSet, outer: IndexSet): boolean {
  let at = 0;
  for (let i = 0; i < inner.length; i += 2) {
    while (at < outer.length && bound(outer, at + 1) < bound(inner, i + 1)) at += 2;
    if (at >= outer.length || bound(outer, at) > bound(inner, i)) return false;
  }
  return true;
}

export function isDisjoint(a: IndexSet, b: IndexSet): boolean {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (bound(a, i + 1) <= bound(b, j)) i += 2;
    else if (bound(b, j + 1) <= bound(a, i)) j += 2;
    else return false;
  }
  return true;
}

export function isEqual(a: IndexSet, b: IndexSet): boolean {
  return a === b || (a.length === b.length && a.every((value, at) => value === b[at]));
}

export function intersect(a: IndexSet, b: IndexSet): IndexSet {
  const set: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const from = Math.max(bound(a, i), bound(b, j));
    const to = Math.min(bound(a, i + 1), bound(b, j + 1));
    if (from < to) set.push(from, to);
    if (bound(a, i + 1) < bound(b, j + 1)) i += 2;
    else j += 2;
  }
  return set;
}

/** All of `[0, size)` but the set. */
export function complement(set: IndexSet, size: number): IndexSet {
  const rest: number[] = [];
  let from = 0;
  for (let at = 0; at < set.length; at += 2) {
    if (from < bound(set, at)) rest.push(from, bound(set, at));
    from = bound(set, at + 1);
  }
  if (from < size) rest.push(from, size);
  return rest;
}

export function union(a: IndexSet, b: IndexSet): IndexSet {
  const set: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const first = j >= b.length || (i < a.length && bound(a, i) <= bound(b, j));
    const from = first ? bound(a, i) : bound(b, j);
    const to = first ? bound(a, i + 1) : bound(b, j + 1);
    if (first) i += 2;
    else j += 2;
    const last = set.length - 1;
    if (last > 0 && from <= bound(set, last)) set[last] = Math.max(bound(set, last), to);
    else set.push(from, to);
  }
  return set;
}

export function subtract(a: IndexSet, b: IndexSet): IndexSet {
  const end = a.at(-1) ?? 0;
  return intersect(a, complement(b, end));
}

function bound(set: IndexSet, at: number): number {
  // Callers stay inside; the fallback is what the compiler asks for.
  return set[at] ?? 0;
}

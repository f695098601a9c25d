import { printable } from '@agentmesh/errors';
import { count, pairs } from './index-set.js';
import type { ProofTerm } from './proof.js';
import type { Wording } from './wording.js';

/** More runs of versions than this are counted, not listed. */
const MAX_RUNS = 6;

/** Words for a set of versions of one name. */
export interface VersionPhrase {
  readonly name: string;
  readonly kind: 'none' | 'one' | 'all' | 'some';
  /** `1.0.0`, `>=2.0.0`, `from 1.0.0 to 1.5.0`, `1.0.0, 1.2.0 or >=2.0.0`; empty for all and none. */
  readonly range: string;
  /** Whether `range` is a list. */
  readonly isList: boolean;
}

/** Puts the versions of a term into words. */
export function versionPhrase<V>(
  { proof, format }: Wording<V>,
  { name, places }: Pick<ProofTerm, 'name' | 'places'>,
): VersionPhrase {
  const versions = proof.versions.get(name)?.map(format) ?? [];
  const shown = { name: printable(name), isList: false, range: '' };
  const found = count(places);
  if (found === 0) return { ...shown, kind: 'none' };
  if (found === versions.length) {
    return found === 1 ? { ...shown, kind: 'one', range: versions.join('') } : { ...shown, kind: 'all' };
  }
  const runs = pairs(places).map(([from, to]) => runPhrase(versions, from, to));
  const kind = found === 1 ? 'one' : 'some';
  return { ...shown, kind, range: listed(runs), isList: runs.length > 1 };
}

/** `a, b or c`. */
export function listed(items: readonly string[], word: 'and' | 'or' = 'or'): string {
  const all = items.length > MAX_RUNS ? [...items.slice(0, MAX_RUNS), `${items.length - MAX_RUNS} more`] : items;
  const last = all.at(-1) ?? '';
  return all.length < 2 ? last : `${all.slice(0, -1).join(', ')} ${word} ${last}`;
}

function runPhrase(versions: readonly string[], from: number, to: number): string {
  const first = versions[from] ?? '';
  const last = versions[to - 1] ?? '';
  if (to - from === 1) return first;
  if (to === versions.length) return `>=${first}`;
  return from === 0 ? `<=${last}` : `from ${first} to ${last}`;
}

import type { Proof, ProofStep, ProofTerm } from './proof.js';
import type { Requirement } from './provider.js';

/** The place that stands for no version. */
export const NOTHING: number = -1;

/** The places of the versions that meet a need. */
export function fitting<V>({ versions }: Proof<V>, requirement: Requirement<V>): ReadonlySet<number> {
  const there = versions.get(requirement.name) ?? [];
  return new Set([...there.keys()].filter((place) => requirement.versions.has(versionOf(there, place))));
}

/** What two sets share. */
export function common(a: ReadonlySet<number>, b: ReadonlySet<number>): ReadonlySet<number> {
  return new Set([...a].filter((place) => b.has(place)));
}

/** What a step's term about a name allows; everything where it has none. */
export function possibilities<V>(proof: Proof<V>, { terms }: ProofStep<V>, name: string): ReadonlySet<number> {
  const term = terms.find((one) => one.name === name);
  const size = proof.versions.get(name)?.length ?? 0;
  const all: ProofTerm = { name, places: [0, size], orNone: true };
  const { places, orNone } = term ?? all;
  const found = new Set<number>(orNone ? [NOTHING] : []);
  for (let at = 0; at < places.length; at += 2) {
    for (let place = places[at] ?? 0; place < (places[at + 1] ?? 0); place += 1) found.add(place);
  }
  return found;
}

/** The version at a place. */
export function versionAt<V>({ versions }: Proof<V>, name: string, place: number): V {
  return versionOf(versions.get(name) ?? [], place);
}

function versionOf<V>(versions: readonly V[], place: number): V {
  if (place < 0 || place >= versions.length) throw new TypeError('A proof about versions that are not there');
  // Within bounds, and V itself may include undefined.
  return versions[place] as V;
}

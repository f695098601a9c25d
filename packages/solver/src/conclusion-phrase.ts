import { subjectPhrase } from './fact-phrase.js';
import { complement } from './index-set.js';
import type { ProofStep, ProofTerm } from './proof.js';
import { listed, versionPhrase } from './version-phrase.js';
import type { Wording } from './wording.js';

/** Puts into words what a derived step says: which versions cannot go together, or what they need. */
export function conclusionPhrase<V>(wording: Wording<V>, step: ProofStep<V>, asked: readonly string[]): string {
  const { terms } = step;
  const positive = terms.filter(({ orNone }) => !orNone);
  const negative = terms.filter(({ orNone }) => orNone);
  const [first] = positive;
  if (terms.length === 0) return cannot(asked);
  const needed = listed(negative.map((term) => rest(wording, term)));
  if (first === undefined) return `${needed} is needed`;
  if (negative.length === 0) return positive.length === 1 ? excluded(wording, first) : cannot(nouns(wording, positive));
  if (positive.length === 1) return `${subjectPhrase(wording, first)} needs ${needed}`;
  return `${listed(nouns(wording, positive), 'and')} together need ${needed}`;
}

/** What is left once a term must not hold: `b >=2.0.0`. */
function rest<V>(wording: Wording<V>, { name, places }: ProofTerm): string {
  const size = wording.proof.versions.get(name)?.length ?? 0;
  return noun(wording, { name, places: complement(places, size), orNone: false });
}

function excluded<V>(wording: Wording<V>, term: ProofTerm): string {
  const { kind, name, range, isList } = versionPhrase(wording, term);
  if (kind === 'all') return `${name} cannot be installed`;
  if (kind === 'one') return `${name} ${range} cannot be installed`;
  return isList ? `none of ${name} ${range} can be installed` : `no ${name} ${range} can be installed`;
}

function nouns<V>(wording: Wording<V>, terms: readonly ProofTerm[]): readonly string[] {
  return terms.map((term) => noun(wording, term));
}

function noun<V>(wording: Wording<V>, term: ProofTerm): string {
  const { name, range } = versionPhrase(wording, term);
  return range === '' ? name : `${name} ${range}`;
}

function cannot(names: readonly string[]): string {
  if (names.length === 0) return 'nothing fits';
  return `${listed(names, 'and')} cannot be installed${names.length > 1 ? ' together' : ''}`;
}

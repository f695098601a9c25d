import { conclusionPhrase } from './conclusion-phrase.js';
import { type Fact, factPhrase, requirementPhrase } from './fact-phrase.js';
import type { Proof } from './proof.js';
import type { Provider, RootRequirement } from './provider.js';
import { type Told, tellProof } from './tell-proof.js';
import { listed } from './version-phrase.js';
import { type Wording, wordingOf } from './wording.js';

/** A longer proof is cut at its beginning; the end is what it proves. */
const MAX_SENTENCES = 30;

/**
 * A proof in sentences, one a line. A sentence that a later one comes back to is numbered.
 *
 * @param root what was asked for, in the order in which the end names it
 * @param provider says how versions are written, and what to say of a name without versions
 */
export function explainProof<V>(
  proof: Proof<V>,
  provider: Pick<Provider<V>, 'format' | 'describe'>,
  root: readonly RootRequirement<V>[],
): string {
  const wording = wordingOf(proof, provider);
  const asked = askedFor(proof, root);
  const told = tellProof(proof);
  const numbers = numberSentences(told);
  const shown = told.slice(-MAX_SENTENCES);
  const left = told.length - shown.length;
  const sentences = shown.map((one) => {
    const number = numbers.get(one);
    return `${number === undefined ? '' : `(${number}) `}${sentence(wording, one, { numbers, asked })}`;
  });
  return [...(left === 0 ? [] : [`(${left} earlier steps are left out.)`]), ...sentences].join('\n');
}

/** What the root asks for by itself, as far as the proof needs it. */
function askedFor<V>({ steps }: Proof<V>, root: readonly RootRequirement<V>[]): readonly string[] {
  const used = new Set(steps.flatMap(({ cause }) => (cause.kind === 'root' ? [cause.requirement] : [])));
  const roots = root.filter((one) => used.has(one));
  const asked = roots.filter(({ reason }) => reason === undefined);
  return [...new Set((asked.length === 0 ? roots : asked).map(requirementPhrase))];
}

function numberSentences<V>(told: readonly Told<V>[]): ReadonlyMap<Told<V>, number> {
  const wanted = new Set(told.flatMap(({ refers }) => refers));
  return new Map(told.filter((one) => wanted.has(one)).map((one, at) => [one, at + 1]));
}

interface Context<V> {
  readonly numbers: ReadonlyMap<Told<V>, number>;
  readonly asked: readonly string[];
}

function sentence<V>(wording: Wording<V>, { step, facts, refers }: Told<V>, { numbers, asked }: Context<V>): string {
  const premises = factsText(wording, facts);
  const conclusion = conclusionPhrase(wording, step, asked);
  const by =
    refers.length === 0
      ? ''
      : ` by ${listed(
          refers.map((one) => `(${numbers.get(one)})`),
          'and',
        )}`;
  return capital(premises === '' ? `so${by} ${conclusion}.` : `${premises}; so${by} ${conclusion}.`);
}

interface Clause {
  readonly name: string;
  readonly subject: string;
  readonly predicates: string[];
  but: string;
}

/** `a 1.0.0 needs b and c <2.0.0, but b 1.0.0 is yanked`. */
function factsText<V>(wording: Wording<V>, facts: readonly Fact<V>[]): string {
  const clauses: Clause[] = [];
  for (const fact of facts) {
    const { name, subject, predicate, but } = factPhrase(wording, fact);
    const last = clauses.at(-1);
    if (last === undefined || last.subject !== subject || subject === '' || last.but !== '') {
      clauses.push({ name, subject, predicates: [predicate], but });
      continue;
    }
    // One verb does for several needs.
    const again = last.predicates.at(-1)?.startsWith('needs ') && predicate.startsWith('needs ');
    last.predicates.push(again ? predicate.slice('needs '.length) : predicate);
    last.but = but;
  }
  return joinClauses(clauses);
}

/** The first clause about another name is what stands against what comes before it. */
function joinClauses(clauses: readonly Clause[]): string {
  const other = clauses.findIndex(({ name }) => name !== clauses[0]?.name);
  const turn = clauses.some(({ but }) => but !== '') ? -1 : Math.max(other, 1);
  const texts = clauses.map(({ subject, predicates, but }, at) => {
    const said = [subject, predicates.join(' and ')].filter((part) => part !== '').join(' ');
    const clause = but === '' ? said : `${said}, but ${but}`;
    if (at === 0) return clause;
    if (at === turn) return `, but ${clause}`;
    return clauses[at - 1]?.but === '' ? ` and ${clause}` : `, and ${clause}`;
  });
  return texts.join('');
}

/** Names keep their case at the beginning of a sentence. */
function capital(text: string): string {
  return text.replace(/^(?:every|each|so|none|no|there)\b/, (word) => word.charAt(0).toUpperCase() + word.slice(1));
}

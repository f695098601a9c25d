import { isMarketplaceError } from '@agentmesh/errors';
import { type Combination, type NoSolution, type RootRequirement, solve } from '@agentmesh/solver';
import type { Candidate, SelectionProblem } from './candidate.js';
import type { Choice } from './choice.js';
import { conflict, tooComplex } from './dependency-error.js';
import { findCircle } from './find-circle.js';
import { Knowledge } from './knowledge.js';
import { createPluginProvider, type PluginProvider } from './plugin-provider.js';
import { reach } from './reach.js';
import { StartOver } from './start-over.js';

const MAX_STEPS = 30_000_000;
const MAX_ROUNDS = 1_000;

type Chosen<C> = ReadonlyMap<string, C>;

/**
 * Picks the plugins that installing the targets takes: the targets, their dependencies and theirs. Newest first, an installed
 * dependency before any other; every range of every plugin in the answer and of every installed plugin beside it holds, but
 * where an override says otherwise. No plugin needs itself, directly or in a circle. Versions of last resort are picked only when
 * there is no answer without them.
 *
 * @returns by name: the targets in their order, then what they need, nearest first
 * @throws DependencyError with a proof in prose: `DEPENDENCY_UNSATISFIED`; `DEPENDENCY_CYCLE`; the code of the refusals where
 * nothing else stands in the way (`HOST_TOO_OLD`, `VERSION_TOO_YOUNG`, `POLICY_DENIED` …), `VERSION_NOT_FOUND` where the
 * versions asked for are all refused without a code
 * @throws MarketplaceError `RANGE_INVALID`; `DEPENDENCY_UNSATISFIED` when the search was given up; what looking up throws
 */
export async function selectPlugins<C extends Candidate>(problem: SelectionProblem<C>): Promise<Chosen<C>> {
  const knowledge = new Knowledge(problem);
  const first = await select(knowledge, false);
  if (first.solved) return first.chosen;
  if (!first.provider.keptOut()) throw conflict(first.denial, first.provider);
  const second = await select(knowledge, true);
  if (second.solved) return second.chosen;
  throw conflict(second.denial, second.provider);
}

type Answer<C extends Candidate> =
  | { readonly solved: true; readonly chosen: Chosen<C> }
  | { readonly solved: false; readonly denial: NoSolution<Choice<C>>; readonly provider: PluginProvider<C> };

/** Round after round, until nothing new is found out. */
async function select<C extends Candidate>(knowledge: Knowledge<C>, lastResort: boolean): Promise<Answer<C>> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    knowledge.problem.signal?.throwIfAborted();
    const answer = await tryRound(knowledge, lastResort);
    if (answer !== undefined) return answer;
  }
  throw tooComplex([...knowledge.targets.keys()]);
}

async function tryRound<C extends Candidate>(
  knowledge: Knowledge<C>,
  lastResort: boolean,
): Promise<Answer<C> | undefined> {
  const { problem, circles, targets } = knowledge;
  const provider = createPluginProvider(knowledge, lastResort);
  const options = { signal: problem.signal, forbidden: circles, limits: { maxSteps: problem.maxSteps ?? MAX_STEPS } };
  try {
    const found = await solve(rootsOf(knowledge, provider), provider, options);
    if (!found.solved) return { solved: false, denial: found, provider };
    return accept(knowledge, toChosen(found.selected));
  } catch (error) {
    if (error instanceof StartOver) return undefined;
    if (isMarketplaceError(error) && error.code === 'SOLVER_LIMIT') throw tooComplex([...targets.keys()], error);
    throw error;
  }
}

function rootsOf<C extends Candidate>(
  knowledge: Knowledge<C>,
  provider: PluginProvider<C>,
): readonly RootRequirement<Choice<C>>[] {
  const { targets, problem } = knowledge;
  const roots: RootRequirement<Choice<C>>[] = [];
  for (const { name, range = '' } of [...targets.values()].flat()) {
    roots.push({ name, versions: provider.rangeOf(range) });
    const forced = problem.overrides?.get(name);
    if (forced === undefined) continue;
    const versions = provider.rangeOf(forced);
    roots.push({ name, versions, reason: `an override forces ${name} ${versions}` });
  }
  for (const [name, { version }] of problem.installed) {
    if (targets.has(name)) continue;
    const reason = knowledge.isHeld(name) ? `${name} ${version} is installed` : `${name} is installed`;
    roots.push({ name, versions: provider.rangeOf(''), reason });
  }
  return roots;
}

/** Looks at what the solver knows nothing of: circles, and plugins that moved though nothing on the way in needs them. */
function accept<C extends Candidate>(knowledge: Knowledge<C>, all: Chosen<C>): Answer<C> | undefined {
  const { problem, targets, circles } = knowledge;
  const moving = [...problem.installed.keys()].filter((name) => knowledge.isMoving(name));
  const chosen = reach(all, [...targets.keys(), ...moving]);
  const astray = [...problem.installed].filter(([name, candidate]) => {
    return !chosen.has(name) && all.has(name) && all.get(name) !== candidate;
  });
  if (astray.length > 0) {
    knowledge.pin(astray.map(([name]) => name));
    return undefined;
  }
  const circle = findCircle(chosen);
  if (circle === undefined) return { solved: true, chosen };
  circles.push(forbid(knowledge, circle));
  return undefined;
}

/** Forbids all versions that need one another in this circle at once. */
function forbid<C extends Candidate>(knowledge: Knowledge<C>, circle: readonly string[]): Combination<Choice<C>> {
  const of = circle.map((name, at) => {
    const next = circle[at + 1] ?? circle[0];
    const has = ({ candidate }: Choice<C>): boolean => {
      const dependencies = candidate === undefined ? [] : knowledge.dependenciesOf(candidate);
      return !('reason' in dependencies) && dependencies.some((dependency) => dependency.name === next);
    };
    return { name, versions: { has, toString: () => '' } };
  });
  return { of, reason: `plugins need each other in a circle: ${[...circle, circle[0]].join(' → ')}` };
}

function toChosen<C extends Candidate>(selected: ReadonlyMap<string, Choice<C>>): Chosen<C> {
  return new Map(
    [...selected].flatMap(([name, { candidate }]) => (candidate === undefined ? [] : [[name, candidate]])),
  );
}

import type { MarketplaceError } from '@agentmesh/errors';
import type { Candidate, Offer, SelectionProblem } from './candidate.js';
import { cyclic, tooComplex, unsatisfied } from './dependency-errors.js';
import { findCycle } from './find-cycle.js';
import { fitsAll, type Requirement, requirementsOf } from './requirements.js';

const MAX_STEPS = 10_000;

type Chosen<C> = ReadonlyMap<string, C>;

interface Search<C extends Candidate> extends SelectionProblem<C> {
  readonly offers: Map<string, Promise<Offer<C>>>;
  /** Whether a choice may already be refused for the needs of installed plugins that the search may yet replace. */
  early: boolean;
  steps: number;
  /** The first dead end, which lies on the most preferred way. */
  failure: MarketplaceError | undefined;
}

/**
 * Picks the plugins that installing the root takes: the root, its dependencies and theirs. Newest first, an installed
 * dependency before any other; every range of every plugin in the answer and of every installed plugin beside it holds.
 * Backtracks, within 10,000 steps.
 *
 * @returns by name, the root first
 * @throws MarketplaceError `DEPENDENCY_UNSATISFIED` naming who needs what and what there is, `DEPENDENCY_CYCLE`
 */
export async function selectPlugins<C extends Candidate>(problem: SelectionProblem<C>): Promise<Chosen<C>> {
  const { root } = problem;
  const search: Search<C> = { ...problem, offers: new Map(), early: true, steps: 0, failure: undefined };
  for (const candidate of root.candidates) {
    for (const early of [true, false]) {
      search.early = early;
      const found = await choose(search, new Map(), candidate);
      if (found !== undefined) return found;
    }
  }
  throw search.failure ?? unsatisfied(root.name, [], root.known);
}

async function choose<C extends Candidate>(
  search: Search<C>,
  before: Chosen<C>,
  candidate: C,
): Promise<Chosen<C> | undefined> {
  search.steps += 1;
  if (search.steps > MAX_STEPS) throw search.failure ?? tooComplex(search.root.name, MAX_STEPS);
  const chosen = new Map(before).set(candidate.name, candidate);
  const cycle = findCycle(chosen, candidate.name);
  if (cycle !== undefined) throw cyclic(cycle);
  const broken = findBroken(search, chosen, candidate);
  if (broken !== undefined) {
    search.failure ??= await explain(search, broken, chosen);
    return undefined;
  }
  const open = openName(chosen);
  return open === undefined ? finish(search, chosen) : fill(search, chosen, open);
}

async function fill<C extends Candidate>(
  search: Search<C>,
  chosen: Chosen<C>,
  name: string,
): Promise<Chosen<C> | undefined> {
  const requirements = needsOf(search, chosen, name, search.early);
  const installed = search.installed.get(name);
  if (installed !== undefined && fitsAll(installed.version, requirements)) {
    const found = await choose(search, chosen, installed);
    if (found !== undefined) return found;
  }
  const offer = await lookUp(search, name);
  for (const candidate of offer.candidates) {
    if (!fitsAll(candidate.version, requirements) || candidate.version === installed?.version) continue;
    const found = await choose(search, chosen, candidate);
    if (found !== undefined) return found;
  }
  search.failure ??= unsatisfied(name, requirements, offer.known);
  return undefined;
}

/** A chosen name that the newest choice leaves without a fitting version. */
function findBroken<C extends Candidate>(search: Search<C>, chosen: Chosen<C>, newest: C): string | undefined {
  const names = [newest.name, ...newest.dependencies.map(({ name }) => name)];
  return names.find((name) => {
    const version = chosen.get(name)?.version;
    return version !== undefined && !fitsAll(version, needsOf(search, chosen, name, search.early));
  });
}

/** The late check: by now it is known which installed plugins stay. */
async function finish<C extends Candidate>(search: Search<C>, chosen: Chosen<C>): Promise<Chosen<C> | undefined> {
  for (const [name, { version }] of chosen) {
    if (fitsAll(version, needsOf(search, chosen, name, true))) continue;
    search.failure ??= await explain(search, name, chosen);
    return undefined;
  }
  return chosen;
}

function needsOf<C extends Candidate>(
  search: Search<C>,
  chosen: Chosen<C>,
  name: string,
  withInstalled: boolean,
): readonly Requirement[] {
  const needs = requirementsOf(name, chosen.values());
  return withInstalled ? [...needs, ...requirementsOf(name, staying(search, chosen))] : needs;
}

/** Installed plugins that nothing chosen so far asks for again. */
function staying<C extends Candidate>(search: Search<C>, chosen: Chosen<C>): readonly C[] {
  const asked = new Set([...chosen.values()].flatMap(({ dependencies }) => dependencies.map(({ name }) => name)));
  return [...search.installed.values()].filter(({ name }) => !chosen.has(name) && !asked.has(name));
}

function openName(chosen: Chosen<Candidate>): string | undefined {
  for (const { dependencies } of chosen.values()) {
    const open = dependencies.find(({ name }) => !chosen.has(name));
    if (open !== undefined) return open.name;
  }
  return undefined;
}

async function explain<C extends Candidate>(
  search: Search<C>,
  name: string,
  chosen: Chosen<C>,
): Promise<MarketplaceError> {
  const known = name === search.root.name ? search.root.known : (await lookUp(search, name)).known;
  return unsatisfied(name, needsOf(search, chosen, name, true), known);
}

function lookUp<C extends Candidate>(search: Search<C>, name: string): Promise<Offer<C>> {
  const known = search.offers.get(name) ?? search.offer(name);
  search.offers.set(name, known);
  return known;
}

import { type Incompatibility, incompatibility } from './incompatibility.js';
import { complement } from './index-set.js';
import type { Combination, RootRequirement } from './provider.js';
import { addIncompatibility, type Search } from './search.js';

/**
 * Tells a search what is asked for and what may not go together.
 *
 * @returns the first need that nothing can satisfy, when there is one
 */
export async function poseQuestion<V>(
  search: Search<V>,
  root: readonly RootRequirement<V>[],
  forbidden: readonly Combination<V>[],
): Promise<Incompatibility<V> | undefined> {
  await search.catalogue.load([...root, ...forbidden.flatMap((one) => one.of)].map(({ name }) => name));
  addForbidden(search, forbidden);
  return addRoots(search, root);
}

function addRoots<V>(search: Search<V>, root: readonly RootRequirement<V>[]): Incompatibility<V> | undefined {
  const { catalogue } = search;
  for (const requirement of root) {
    const subject = catalogue.get(requirement.name);
    subject.root = true;
    const set = complement(catalogue.select(subject, requirement.versions), subject.size);
    const added = incompatibility([{ subject, set }], { kind: 'root', on: subject, requirement });
    if (added === undefined) continue;
    if (added.terms.length === 0) return added;
    addIncompatibility(search, added);
  }
  return undefined;
}

function addForbidden<V>(search: Search<V>, forbidden: readonly Combination<V>[]): void {
  const { catalogue } = search;
  for (const combination of forbidden) {
    const terms = combination.of.map(({ name, versions }) => {
      const subject = catalogue.get(name);
      return { subject, set: catalogue.select(subject, versions) };
    });
    const added = incompatibility(terms, { kind: 'forbidden', combination });
    if (added !== undefined) addIncompatibility(search, added);
  }
}

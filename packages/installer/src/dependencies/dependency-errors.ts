import { MarketplaceError, printable } from '@agentmesh/errors';
import type { Requirement } from './requirements.js';

/** `DEPENDENCY_UNSATISFIED`: nothing fits everyone who needs `name`. */
export function unsatisfied(name: string, requirements: readonly Requirement[], known: string): MarketplaceError {
  const needs = requirements.map(({ by, range }) => {
    const wanted = range === '' ? 'any version' : printable(range);
    return `\n  ${printable(by.name)} ${printable(by.version)} needs ${printable(name)} ${wanted}`;
  });
  return new MarketplaceError(`No version of ${printable(name)} fits:${needs.join('')}\n  there is ${known}`, {
    code: 'DEPENDENCY_UNSATISFIED',
    hint: 'Ask for another version, publish the missing one, or uninstall the plugin whose need stands against it.',
  });
}

/** `DEPENDENCY_UNSATISFIED`: the search was given up. */
export function tooComplex(name: string, steps: number): MarketplaceError {
  return new MarketplaceError(`Gave up after trying ${steps} combinations of versions for ${printable(name)}`, {
    code: 'DEPENDENCY_UNSATISFIED',
    hint: 'Narrow the ranges of its dependencies, or install some of them by version first.',
  });
}

/** `DEPENDENCY_CYCLE`, with the way round. */
export function cyclic(cycle: readonly string[]): MarketplaceError {
  return new MarketplaceError(
    `Plugins depend on each other in a circle: ${cycle.map((name) => printable(name)).join(' → ')}`,
    {
      code: 'DEPENDENCY_CYCLE',
      hint: 'One of them has to drop its dependency; its author can.',
    },
  );
}

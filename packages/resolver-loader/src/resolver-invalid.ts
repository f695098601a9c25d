import { MarketplaceError, printable } from '@agentmesh/errors';

/** The one error for a package that is no resolver's. */
export function resolverInvalid(name: string, problem: string, cause?: unknown): MarketplaceError {
  return new MarketplaceError(`The package ${printable(name)} ${problem}`, {
    code: 'RESOLVER_INVALID',
    hint: 'A resolver package exports createResolver(options), which gives an object with a scheme and a function fetch; see agentmesh source init --help.',
    cause,
  });
}

import type { InstallSources } from '@agentmesh/installer';
import { SourceRegistry } from '@agentmesh/resolver';
import { assertAccepted, findThirdParties, type ThirdParty } from '../third-parties/find-third-parties.js';
import type { SchemeContext } from './built-in-scheme.js';
import { BUILT_IN_SCHEMES } from './built-in-schemes.js';
import { lazyResolver } from './lazy-resolver.js';
import { loadResolvers } from './load-resolvers.js';

/** One scheme, as `source list` shows it. */
interface SchemeRow {
  /** Undefined for a package that may not run yet. */
  readonly scheme: string | undefined;
  readonly package: string;
  readonly from: 'built in' | 'project' | 'user';
  readonly spec: string | undefined;
  readonly example: string | undefined;
  readonly pinned: string | undefined;
  readonly accepted: boolean;
}

/** All schemes of this run. */
export interface Sources extends InstallSources {
  /** Loads what third parties bring, as far as it was accepted. Throws as `findThirdParties` does. */
  list(): Promise<readonly SchemeRow[]>;
}

/**
 * Sets up the schemes: those of this program, which load when they are used, and those of third parties, which load when a source has
 * none of these.
 */
export function openSources(context: SchemeContext): Sources {
  const registry = new SourceRegistry();
  for (const { scheme, load } of BUILT_IN_SCHEMES) registry.register(lazyResolver(scheme, () => load(context)));
  let thirdParties: Promise<readonly ThirdParty[]> | undefined;
  const registerThirdParties = async (): Promise<readonly ThirdParty[]> => {
    const found = await findThirdParties(context.settings, 'resolver');
    const accepted = found.filter((one) => one.accepted);
    const resolvers = accepted.length === 0 ? [] : await loadResolvers(accepted, await context.network());
    for (const resolver of resolvers) registry.register(resolver);
    return found;
  };
  return {
    has: (scheme) => registry.has(scheme),
    fetch: async (source, target, options) => {
      if (!registry.has(source.scheme)) {
        thirdParties ??= registerThirdParties();
        const found = await thirdParties;
        // What waits for consent is in the way of a scheme that nobody else has, and of nothing else.
        if (!registry.has(source.scheme)) assertAccepted(found);
      }
      return registry.fetch(source, target, options);
    },
    list: () => listSchemes(context),
  };
}

async function listSchemes(context: SchemeContext): Promise<readonly SchemeRow[]> {
  const builtIn = BUILT_IN_SCHEMES.map(
    ({ load: _, ...row }): SchemeRow => ({ ...row, from: 'built in', accepted: true }),
  );
  const others: SchemeRow[] = [];
  for (const one of await findThirdParties(context.settings, 'resolver')) {
    const [resolver] = one.accepted ? await loadResolvers([one], await context.network()) : [];
    const unknown = { spec: undefined, example: undefined, pinned: undefined };
    others.push({
      ...unknown,
      scheme: resolver?.scheme,
      package: one.pack.name,
      from: one.from,
      accepted: one.accepted,
    });
  }
  return [...builtIn, ...others];
}

import { MarketplaceError, printable } from '@agentmesh/errors';
import type { SourceResolver } from '@agentmesh/resolver';
import type { ResolverPackage } from '@agentmesh/resolver-loader';
import { Consents } from '../consent.js';
import type { Settings } from '../settings.js';

/** A package that the settings name, found, and whether it may run. */
export interface ThirdParty {
  readonly pack: ResolverPackage;
  /** Who named it. */
  readonly from: 'project' | 'user';
  /** True when the user named it and installed it in a folder of their own, or accepted these very files. */
  readonly accepted: boolean;
}

/**
 * Finds the resolver packages that the settings name; none of them is run. Those that the user's own settings name come from the
 * `node_modules` of the user's folder. What a project names, or has, is code that came along with it.
 *
 * @throws MarketplaceError `RESOLVER_INVALID`, `RESOLVER_NOT_FOUND`
 */
export async function findThirdParties(settings: Settings): Promise<readonly ThirdParty[]> {
  const { resolvers, userDir, workspaceDir } = settings;
  if (resolvers.user.length + resolvers.project.length === 0) return [];
  const { findResolverPackage } = await import('@agentmesh/resolver-loader');
  const consents = new Consents(userDir);
  const found: ThirdParty[] = [];
  for (const name of new Set(resolvers.user)) {
    const pack = await findResolverPackage(name, { folders: [userDir] });
    found.push({ pack, from: 'user', accepted: true });
  }
  for (const name of new Set(resolvers.project)) {
    if (resolvers.user.includes(name)) continue;
    const pack = await findResolverPackage(name, { folders: [workspaceDir, userDir] });
    found.push({ pack, from: 'project', accepted: await consents.has(pack.content) });
  }
  return found;
}

/**
 * Refuses what the user has not accepted as it is now.
 *
 * @throws MarketplaceError `CONSENT_REQUIRED`
 */
export function assertAccepted(found: readonly ThirdParty[]): void {
  const waiting = found.find(({ accepted }) => !accepted);
  if (waiting === undefined) return;
  const { name, folder } = waiting.pack;
  throw new MarketplaceError(
    `This project names the resolver package ${name}, and you have not accepted it as it is in ${printable(folder)}`,
    {
      code: 'CONSENT_REQUIRED',
      hint: 'It would run on your machine with all that you may do. Look at it, then: agentmesh source accept',
    },
  );
}

/**
 * Runs the packages that were found, and gives their resolvers.
 *
 * @param options what each `createResolver` is given
 * @throws MarketplaceError `CONSENT_REQUIRED`, `RESOLVER_INVALID`
 */
export async function loadThirdParties(
  found: readonly ThirdParty[],
  options: object,
): Promise<readonly SourceResolver[]> {
  assertAccepted(found);
  const { loadResolver } = await import('@agentmesh/resolver-loader');
  return Promise.all(found.map(({ pack }) => loadResolver(pack, options)));
}

import { MarketplaceError, printable } from '@agentmesh/errors';
import type { Extension, ExtensionKind } from '@agentmesh/resolver-loader';
import { Consents } from '../consent.js';
import type { Settings } from '../settings.js';

/** A package that the settings name, found, and whether it may run. */
export interface ThirdParty {
  readonly pack: Extension;
  /** Who named it. */
  readonly from: 'project' | 'user';
  /** True when the user named it and installed it in a folder of their own, or accepted these very files. */
  readonly accepted: boolean;
}

/**
 * Finds the packages of a kind that the settings name; none of them is run. Those that the user's own settings name come from the
 * `node_modules` of the user's folder. What a project names, or has, is code that came along with it.
 *
 * @throws MarketplaceError `RESOLVER_INVALID`, `RESOLVER_NOT_FOUND`, `SHAPE_INVALID`, `SHAPE_NOT_FOUND`
 */
export async function findThirdParties(settings: Settings, kind: ExtensionKind): Promise<readonly ThirdParty[]> {
  const { userDir, workspaceDir } = settings;
  const { user, project } = settings[`${kind}s`];
  if (user.length + project.length === 0) return [];
  const { findExtension } = await import('@agentmesh/resolver-loader');
  const consents = new Consents(userDir);
  const found: ThirdParty[] = [];
  for (const name of new Set(user)) {
    const pack = await findExtension(name, { kind, folders: [userDir] });
    found.push({ pack, from: 'user', accepted: true });
  }
  for (const name of new Set(project)) {
    if (user.includes(name)) continue;
    const pack = await findExtension(name, { kind, folders: [workspaceDir, userDir] });
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
  const { kind, name, folder } = waiting.pack;
  throw new MarketplaceError(
    `This project names the ${kind} package ${name}, and you have not accepted it as it is in ${printable(folder)}`,
    {
      code: 'CONSENT_REQUIRED',
      hint: 'It would run on your machine with all that you may do. Look at it, then: agentmesh source accept',
    },
  );
}

import type { Permissions } from '@agentmesh/manifest';
import { acceptedGrant, type Grant, readGrants } from './grants.js';
import { diffPermissions, type PermissionDiff } from './permission-diff.js';
import type { Project } from './project.js';

/** A plugin on its way in, as far as permissions go. */
export interface AskingPlugin {
  readonly name: string;
  /** `h1:` digest of its files. */
  readonly digest: string;
  /** What its manifest asks for. */
  readonly asked: Permissions | undefined;
  /** `h1:` digest of the files that it replaces. */
  readonly before: string | undefined;
}

/** What the permissions of one plugin come to. */
export interface WeighedPermissions {
  /** Against what it, or the version before it, was granted and the user accepted. */
  readonly diff: PermissionDiff;
  /** What has to be written down when the change is made; undefined when that stands there already. */
  readonly grant: Grant | undefined;
}

/**
 * Holds what plugins ask for against what was granted: to these very files, else to the files that they replace.
 *
 * @returns by name, the plugins that ask for anything or did before
 * @throws MarketplaceError `PERMISSIONS_INVALID`
 */
export async function weighPermissions(
  project: Project,
  plugins: readonly AskingPlugin[],
): Promise<ReadonlyMap<string, WeighedPermissions>> {
  const table = await readGrants(project);
  const weighed = new Map<string, WeighedPermissions>();
  for (const { name, digest, asked = {}, before } of plugins) {
    const own = await acceptedGrant(project, table, { name, digest });
    const earlier = before === undefined ? undefined : await acceptedGrant(project, table, { name, digest: before });
    const diff = diffPermissions(own ?? earlier, asked);
    const isCovered = own !== undefined && diff.added.length === 0;
    const grant = isCovered || Object.keys(asked).length === 0 ? undefined : { name, digest, permissions: asked };
    weighed.set(name, { diff, grant });
  }
  return weighed;
}

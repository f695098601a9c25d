import { assertPluginName, type Permissions } from '@agentmesh/manifest';
import type { InstallContext } from '../install/install-context.js';
import { readGeneration } from '../state/generation.js';
import { acceptedGrant, readGrants } from './grants.js';

/** See `PluginInstaller.grantedPermissions`. */
export async function grantedPermissions(
  { project, workspace }: Pick<InstallContext, 'project' | 'workspace'>,
  name: string,
  digest: string | undefined,
): Promise<Permissions> {
  assertPluginName(name);
  if (project === undefined) return {};
  const installed = digest ?? (await readGeneration(workspace)).plugins.get(name)?.content_digest;
  if (installed === undefined) return {};
  return (await acceptedGrant(project, await readGrants(project), { name, digest: installed })) ?? {};
}

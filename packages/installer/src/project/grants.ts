import { readFileLimited, writeFileAtomic } from '@agentmesh/files';
import { canonicalJson, type Permissions } from '@agentmesh/manifest';
import { ifPresent } from '../state/if-present.js';
import type { Lock } from '../state/locked-plugin.js';
import type { GrantTable } from './permissions-file.js';
import type { Project } from './project.js';
import { MAX_PROJECT_BYTES } from './project-limits.js';

/** What was granted to which files. */
export interface Grant {
  readonly name: string;
  /** `h1:` digest of the plugin's files. */
  readonly digest: string;
  readonly permissions: Permissions;
}

/**
 * What `agentmesh.permissions.yaml` says, whoever wrote it.
 *
 * @throws MarketplaceError `PERMISSIONS_INVALID`, `FILE_TOO_LARGE`, `FILE_NOT_REGULAR`
 */
export async function readGrants({ permissionsPath }: Project): Promise<GrantTable> {
  const bytes = await ifPresent(readFileLimited(permissionsPath, MAX_PROJECT_BYTES));
  if (bytes === undefined) return new Map();
  const { parsePermissionsFile } = await import('./permissions-file.js');
  return parsePermissionsFile(bytes, permissionsPath);
}

/** What a plugin was granted and the user of this machine accepted; undefined for nothing. */
export async function acceptedGrant(
  { consents }: Project,
  table: GrantTable,
  { name, digest }: Pick<Grant, 'name' | 'digest'>,
): Promise<Permissions | undefined> {
  const permissions = table.get(name)?.get(digest);
  if (permissions === undefined) return undefined;
  return (await consents.has(contentOf({ name, digest, permissions }))) ? permissions : undefined;
}

/** Writes grants into the project's file, and remembers that the user accepted them. Only for the holder of the workspace's lock. */
export async function addGrants(project: Project, grants: readonly Grant[]): Promise<void> {
  if (grants.length === 0) return;
  for (const grant of grants) await project.consents.add(contentOf(grant), project.permissionsPath);
  await change(project, (table) => {
    for (const { name, digest, permissions } of grants) {
      table.set(name, new Map(table.get(name)).set(digest, permissions));
    }
  });
}

/** Removes what was granted to plugins that are gone. Only for the holder of the workspace's lock. */
export async function removeGrants(project: Project, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await change(project, (table) => {
    for (const name of names) table.delete(name);
  });
}

/** Removes what was granted to files that none of the locks has; answers how many grants went. */
export async function sweepGrants(project: Project, locks: readonly Lock[]): Promise<number> {
  const orphans = orphanedGrants(await readGrants(project), locks);
  if (orphans.length === 0) return 0;
  await change(project, (table) => {
    for (const { name, digest } of orphans) {
      const left = new Map(table.get(name));
      left.delete(digest);
      table.set(name, left);
    }
  });
  return orphans.length;
}

/** Grants to files that none of the locks has. */
export function orphanedGrants(table: GrantTable, locks: readonly Lock[]): readonly Pick<Grant, 'name' | 'digest'>[] {
  return [...table].flatMap(([name, digests]) => {
    const orphans = [...digests.keys()].filter(
      (digest) => !locks.some((lock) => lock.get(name)?.content_digest === digest),
    );
    return orphans.map((digest) => ({ name, digest }));
  });
}

async function change(
  project: Project,
  work: (table: Map<string, ReadonlyMap<string, Permissions>>) => void,
): Promise<void> {
  const before = await readGrants(project);
  const table = new Map(before);
  work(table);
  const { formatPermissionsFile } = await import('./permissions-file.js');
  const text = formatPermissionsFile(table);
  if (before.size === 0 && [...table.values()].every(({ size }) => size === 0)) return;
  if (text !== formatPermissionsFile(before)) await writeFileAtomic(project.permissionsPath, text);
}

function contentOf({ name, digest, permissions }: Grant): Uint8Array {
  return Buffer.from(canonicalJson({ plugin: name, digest, permissions: { ...permissions } }));
}

import type { BlobStore } from '@agentmesh/registry';
import type { SqlDatabase } from '@agentmesh/registry-sql';
import type { RegistryContext } from './open-registry.js';

const OCI = 'oci://';

/**
 * Opens the archives of a registry: a folder, or a repository of an OCI registry.
 *
 * @param place absolute path, or `oci://registry/repository`; a database keeps what is small of a folder
 * @throws MarketplaceError `SOURCE_SYNTAX`
 */
export async function openArtifacts(
  place: string,
  { network, database }: Pick<RegistryContext, 'network'> & { readonly database?: SqlDatabase },
): Promise<BlobStore> {
  if (!place.startsWith(OCI)) {
    const { openFolderBlobs } = await import('@agentmesh/registry');
    const folder = openFolderBlobs(place);
    return database === undefined ? folder : database.blobs(folder);
  }
  const [{ createOciClient, parseOciReference }, { openOciBlobs }] = await Promise.all([
    import('@agentmesh/oci'),
    import('@agentmesh/registry-oci'),
  ]);
  const { registry, repository } = parseOciReference(place.slice(OCI.length));
  return openOciBlobs({ client: createOciClient(await network()), repository: { registry, repository } });
}

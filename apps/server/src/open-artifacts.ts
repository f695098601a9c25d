import { join } from 'node:path';
import { createFileCredentials } from '@agentmesh/download';
import { type BlobStore, openFolderBlobs } from '@agentmesh/registry';
import type { SqlDatabase } from '@agentmesh/registry-sql';
import type { ServerConfig } from './config/server-config.js';

const OCI = 'oci://';

/**
 * Opens what keeps the archives: the database with a folder for large ones, or a repository of an OCI registry that several servers share. The operator named the
 * registry, so it is reached wherever it is; a credential for it lies in `credentials.json` in the data folder, mode 0600.
 *
 * @throws MarketplaceError `SOURCE_SYNTAX` for what is no repository
 */
export async function openArtifacts(
  { artifacts, dataDir, limits }: ServerConfig,
  database: SqlDatabase,
): Promise<BlobStore> {
  if (!artifacts.startsWith(OCI)) return database.blobs(openFolderBlobs(artifacts));
  const [{ createOciClient, parseOciReference }, { openOciBlobs }] = await Promise.all([
    import('@agentmesh/oci'),
    import('@agentmesh/registry-oci'),
  ]);
  const { registry, repository } = parseOciReference(artifacts.slice(OCI.length));
  const { hostname } = new URL(`https://${registry}`);
  const client = createOciClient({
    allowPrivateHosts: [hostname],
    credentials: createFileCredentials({ path: join(dataDir, 'credentials.json') }),
  });
  return openOciBlobs({ client, repository: { registry, repository }, maxBytes: limits.artifactMaxBytes });
}

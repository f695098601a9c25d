import type { DownloaderOptions } from '@agentmesh/download';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { readFileLimited } from '@agentmesh/files';
import type { NetworkSettings } from '../network-settings.js';

/** What every scheme that uses the network is given. */
export type NetworkOptions = Pick<
  DownloaderOptions,
  'allowPrivateHosts' | 'ca' | 'proxy' | 'credentials' | 'cache' | 'onProblem'
>;

const MAX_CA_BYTES = 4 * 1_048_576;

/**
 * Turns the settings into options: credentials of the environment before those of the file, a cache in the user's folder.
 *
 * @param onProblem told of what does not stop a fetch, such as a cache that cannot be written
 * @throws MarketplaceError `FILE_NOT_FOUND` for the certificates that the settings name
 */
export async function networkOptions(
  settings: NetworkSettings,
  onProblem: (problem: MarketplaceError) => void,
): Promise<NetworkOptions> {
  const { allowPrivateHosts, proxy, tokens, credentialsPath, cacheDir, caPath } = settings;
  const {
    combineCredentials,
    createEnvironmentCredentials,
    createFileCredentials,
    createFolderCache,
    proxyFromEnvironment,
  } = await import('@agentmesh/download');
  return {
    allowPrivateHosts,
    ca: caPath === undefined ? undefined : await readCertificates(caPath),
    proxy: proxyFromEnvironment(proxy),
    credentials: combineCredentials(
      createEnvironmentCredentials({ env: tokens }),
      createFileCredentials({ path: credentialsPath }),
    ),
    cache: createFolderCache({ folder: cacheDir }),
    onProblem,
  };
}

async function readCertificates(path: string): Promise<string> {
  const bytes = await readFileLimited(path, MAX_CA_BYTES).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
    throw new MarketplaceError(`There are no certificates at ${printable(path)}`, {
      code: 'FILE_NOT_FOUND',
      hint: 'The setting ca, or AGENTMESH_CA, names a file in PEM.',
      cause,
    });
  });
  return bytes.toString('utf8');
}

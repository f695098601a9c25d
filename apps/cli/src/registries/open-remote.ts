import { MarketplaceError } from '@agentmesh/errors';
import type { CheckFiles } from '@agentmesh/registry';
import type { HttpRegistryOptions } from '@agentmesh/registry-http';
import type { PluginSigner } from '@agentmesh/signing';
import { formatCount } from '../render/count.js';
import type { OpenedRegistry, RegistryContext } from './open-registry.js';
import type { RegistryPlace } from './registry-place.js';

const MINUTE_MS = 60_000;
const UNITS = [
  ['day', 24 * 60],
  ['hour', 60],
  ['minute', 1],
] as const;

/**
 * Opens a registry on a server or a mirror; nothing is asked yet.
 *
 * @throws MarketplaceError `REGISTRY_URL_INVALID`, `PROXY_INVALID`
 */
export async function openRemote(
  place: RegistryPlace,
  context: RegistryContext,
  checkFiles: CheckFiles,
): Promise<OpenedRegistry> {
  const { openHttpRegistry } = await import('@agentmesh/registry-http');
  let isTold = false;
  const registry = openHttpRegistry({
    ...(await remoteOptions(place, context)),
    checkFiles,
    offline: context.offline,
    signer: () => findSigner(context.keyPath),
    onOld: ({ host, since }) => {
      if (!isTold) context.onProblem(oldAnswer(host, since));
      isTold = true;
    },
  });
  return { registry, store: registry.store, blobs: registry.blobs, close: () => registry.close() };
}

/** What any question to a server needs. A host that the user names is reached wherever it is; one of a project's is not. */
export async function remoteOptions(
  { location, isUsers }: Pick<RegistryPlace, 'location' | 'isUsers'>,
  { network }: Pick<RegistryContext, 'network'>,
): Promise<HttpRegistryOptions> {
  const [options, { parseRegistryUrl }] = await Promise.all([network(), import('@agentmesh/registry-http')]);
  const { hostname } = parseRegistryUrl(location);
  const { allowPrivateHosts = [] } = options;
  return {
    ...options,
    url: location,
    allowPrivateHosts: isUsers ? [...allowPrivateHosts, hostname] : allowPrivateHosts,
  };
}

async function findSigner(path: string): Promise<PluginSigner | undefined> {
  const { loadSigner } = await import('@agentmesh/signing');
  try {
    return await loadSigner(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && (error.code === 'ENOENT' || error.code === 'KEY_NOT_FOUND')) || isMissing(error.cause);
}

function oldAnswer(host: string, since: Date): MarketplaceError {
  return new MarketplaceError(
    `${host} could not be asked: this is what it said ${agoOf(since)} (${since.toISOString()})`,
    { code: 'OFFLINE', hint: 'Try again with a connection to see what it says now.' },
  );
}

function agoOf(since: Date): string {
  const minutes = Math.max(0, Math.round((Date.now() - since.getTime()) / MINUTE_MS));
  const [unit, length] = UNITS.find(([, each]) => minutes >= each) ?? ['minute', 1];
  const count = Math.round(minutes / length);
  return `${formatCount(count, unit)} ago`;
}

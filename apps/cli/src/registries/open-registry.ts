import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import type { BlobStore, CheckFiles, PluginRegistry, RegistryStore } from '@agentmesh/registry';
import type { NetworkOptions } from '../sources/network-options.js';
import { openArtifacts } from './open-artifacts.js';
import { openRemote } from './open-remote.js';
import type { RegistryPlace } from './registry-place.js';

/** A registry of whatever kind, with what it is made of. */
export interface OpenedRegistry {
  readonly registry: PluginRegistry;
  readonly store: RegistryStore;
  readonly blobs: BlobStore;
  close(): Promise<void>;
}

/** What opening needs of the program. */
export interface RegistryContext {
  network(): Promise<NetworkOptions>;
  /** Path of the private key that signs changes of status on a server; it may be absent. */
  readonly keyPath: string;
  /** True asks nobody. */
  readonly offline: boolean;
  readonly onProblem: (problem: MarketplaceError) => void;
}

/**
 * Opens a registry; the packages of its kind are loaded now.
 *
 * @throws MarketplaceError `REGISTRY_CORRUPT`, `REGISTRY_NOT_FOUND`, `REGISTRY_URL_INVALID`, `DATABASE_UNAVAILABLE`,
 * `DATABASE_NEWER`, `USAGE` for a database whose archives have no place
 */
export async function openRegistry(place: RegistryPlace, context: RegistryContext): Promise<OpenedRegistry> {
  if (place.kind === 'http') return openRemote(place, context, checkFiles);
  if (place.kind === 'file') return openFile(place, context);
  return openDatabase(place, context);
}

async function openFile(place: RegistryPlace, context: RegistryContext): Promise<OpenedRegistry> {
  if (await isFolder(place.location)) {
    const { openMirror } = await import('@agentmesh/registry-http');
    return withRegistry(await openMirror(place.location), async () => undefined);
  }
  const { openFileStore, registryPlaces } = await import('@agentmesh/registry');
  const store = await openFileStore(place.location);
  const folder = registryPlaces(store.path).artifacts;
  const blobs = await openArtifacts(place.artifacts ?? folder, context);
  return withRegistry({ store, blobs }, async () => store.close?.());
}

async function openDatabase(place: RegistryPlace, context: RegistryContext): Promise<OpenedRegistry> {
  const artifacts = place.artifacts ?? usualArtifacts(place);
  const { openDatabase: open } = await import('@agentmesh/registry-sql');
  const database = await open({ url: place.location });
  const blobs = await openArtifacts(artifacts, { ...context, database });
  return withRegistry({ store: database.store, blobs }, () => database.close());
}

/** As the server has it: beside the file of a database. */
function usualArtifacts({ kind, location, shown }: RegistryPlace): string {
  if (kind === 'sqlite') return join(dirname(location.slice('sqlite:'.length)), 'artifacts');
  throw new MarketplaceError(`Expected to know where the archives of ${printable(shown, 500)} are`, {
    code: 'USAGE',
    hint: 'Set AGENTMESH_ARTIFACTS, or artifacts in your settings.yaml, to a folder or oci://registry/repository.',
  });
}

async function withRegistry(
  parts: { readonly store: RegistryStore; readonly blobs: BlobStore },
  close: () => Promise<void>,
): Promise<OpenedRegistry> {
  const { PluginRegistry } = await import('@agentmesh/registry');
  return { ...parts, registry: new PluginRegistry({ ...parts, checkFiles }), close };
}

const checkFiles: CheckFiles = async (plugin) => (await import('@agentmesh/installer')).checkBundled(plugin);

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

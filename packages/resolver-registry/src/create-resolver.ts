import { type TreeLimits, unpackArchive } from '@agentmesh/artifact';
import { MarketplaceError } from '@agentmesh/errors';
import {
  type FetchContext,
  type FetchedPlugin,
  formatSource,
  resolverName,
  type SourceResolver,
  sourceUnpinned,
} from '@agentmesh/resolver';
import { parseRegistrySpec } from './parse-registry-spec.js';
import { pickEntry } from './pick-entry.js';
import { registryError } from './registry-error.js';
import { unlessAborted } from './unless-aborted.js';
import type { SourceEntry, VersionSource } from './version-source.js';

const SCHEME = 'registry';

/** What {@link createResolver} takes. */
export interface RegistryResolverOptions<E extends SourceEntry = SourceEntry> {
  /** The registry, or a way to open it that is asked once, when it is first needed. */
  readonly registry: VersionSource<E> | (() => Promise<VersionSource<E>>);
  /** Limits of a plugin's tree, beside those of the fetch; the smaller one counts. */
  readonly limits?: Partial<TreeLimits> | undefined;
}

/**
 * The resolver of the scheme `registry`: `name[@range]` is a plugin of an agentmesh registry, in the newest version that the range
 * allows. What the signature and the owner are worth is for whoever installs it to check.
 *
 * `fetch` throws SOURCE_SYNTAX for a malformed spec, SOURCE_UNPINNED, SOURCE_NOT_FOUND (also for what the registry lists by its
 * manifest alone), INTEGRITY_MISMATCH, ARCHIVE_INVALID, TREE_UNSAFE, FETCH_TOO_LARGE, and FETCH_FAILED for what the registry reports.
 */
export function createResolver<E extends SourceEntry>(options: RegistryResolverOptions<E>): SourceResolver {
  const { registry: given, limits } = options;
  let opened: Promise<VersionSource<E>> | undefined;
  const open = async (): Promise<VersionSource<E>> => {
    opened ??= typeof given === 'function' ? given() : Promise.resolve(given);
    return opened;
  };
  return {
    scheme: SCHEME,
    fetch: async (spec, target, context) => {
      const wanted = parseRegistrySpec(spec);
      resolverName(wanted.name);
      if (context.pinned === 'required' && wanted.version === undefined) {
        throw sourceUnpinned(SCHEME, 'an exact version after "@"');
      }
      try {
        const registry = await unlessAborted(open(), context.signal);
        const entry = pickEntry(await unlessAborted(registry.versions(wanted.name), context.signal), wanted);
        return await fetchEntry({ registry, entry, limits }, target, context);
      } catch (error) {
        throw registryError(error, context.signal);
      }
    },
  };
}

interface EntryFetch<E extends SourceEntry> {
  readonly registry: VersionSource<E>;
  readonly entry: E;
  readonly limits: Partial<TreeLimits> | undefined;
}

async function fetchEntry<E extends SourceEntry>(
  { registry, entry, limits: own = {} }: EntryFetch<E>,
  target: string,
  { signal, limits, onProgress }: FetchContext,
): Promise<FetchedPlugin> {
  const { name, version } = entry.manifest;
  const { artifact } = entry;
  if (artifact === undefined) throw manifestOnly(name, version);
  const maxBytes = Math.min(limits.maxBytes, own.maxBytes ?? limits.maxBytes);
  const maxFiles = Math.min(limits.maxFiles, own.maxFiles ?? limits.maxFiles);
  const bytes = await unlessAborted(registry.readArtifact(entry, { maxBytes }), signal);
  await unpackArchive(bytes, target, {
    signal,
    integrity: artifact.integrity,
    limits: { ...own, maxBytes, maxFiles },
    onProgress: ({ files }) => onProgress?.({ bytes: bytes.length, files, totalBytes: bytes.length }),
  });
  return { name, resolved: formatSource({ scheme: SCHEME, spec: `${name}@${version}` }), revision: version };
}

function manifestOnly(name: string, version: string): MarketplaceError {
  return new MarketplaceError(`The registry lists ${name} ${version} by its manifest alone`, {
    code: 'SOURCE_NOT_FOUND',
    hint: 'There are no files to fetch; install it by its name instead.',
  });
}

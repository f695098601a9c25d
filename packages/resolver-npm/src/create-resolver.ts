import type { TreeLimits } from '@agentmesh/artifact';
import { createDownloader, type DownloaderOptions, forgivingCache } from '@agentmesh/download';
import { MarketplaceError } from '@agentmesh/errors';
import { type FetchedPlugin, formatSource, type SourceResolver, sourceUnpinned } from '@agentmesh/resolver';
import { type ArchiveQuestion, type FoundArchive, findArchive } from './find-archive.js';
import { createKnownArchives } from './known-archive.js';
import { parseNpmSpec } from './npm-spec.js';

/** What {@link createResolver} takes: what the download step takes, and its own. */
export interface NpmResolverOptions extends DownloaderOptions {
  /** URL of the registry, with its path if it has one (default: npm's own). */
  readonly registry?: string | undefined;
  /** Most bytes of what the registry says of a package (default 8 MiB). */
  readonly maxMetadataBytes?: number | undefined;
  /** Limits of a plugin's tree beside those of the fetch; the smaller ones count. */
  readonly limits?: Partial<TreeLimits> | undefined;
}

const NPM = 'https://registry.npmjs.org/';
const MAX_METADATA_BYTES = 8 * 1024 * 1024;

/**
 * The resolver of the `npm` scheme: a spec is `[@scope/]name[@range]`; a range or tag is resolved as npm does it. The
 * archive's integrity is checked, the `package/` folder in it is stripped, and nothing in it is ever run. `resolved` has the
 * exact version, and comes from the cache when that has it.
 *
 * `fetch` throws SOURCE_SYNTAX, SOURCE_UNPINNED, SOURCE_NOT_FOUND, SOURCE_UNAUTHORIZED, INTEGRITY_MISMATCH, ARCHIVE_INVALID,
 * TREE_UNSAFE, FETCH_TOO_LARGE, FETCH_TIMEOUT, and FETCH_FAILED for an address that may not be reached and all that a
 * registry does wrong.
 *
 * @throws MarketplaceError `PROXY_INVALID`, `SETTINGS_INVALID` for what is no URL of a registry
 */
export function createResolver(options: NpmResolverOptions = {}): SourceResolver {
  const { registry = NPM, maxMetadataBytes = MAX_METADATA_BYTES, limits, ...rest } = options;
  const shared = {
    downloader: createDownloader(rest),
    registry: readRegistryUrl(registry),
    known: createKnownArchives(forgivingCache(rest)),
    maxMetadataBytes,
  };
  return {
    scheme: 'npm',
    fetch: async (text, target, context) => {
      const spec = parseNpmSpec(text);
      if (context.pinned === 'required' && spec.wanted.kind !== 'exact') {
        throw sourceUnpinned('npm', 'an exact version after "@"');
      }
      context.signal.throwIfAborted();
      return fetchPackage({ ...shared, spec, context }, { target, limits });
    },
  };
}

interface Destination {
  readonly target: string;
  readonly limits: Partial<TreeLimits> | undefined;
}

async function fetchPackage(question: ArchiveQuestion, { target, limits }: Destination): Promise<FetchedPlugin> {
  const { downloader, registry, spec, context } = question;
  const { version, ...archive } = await findArchive(question);
  const url = checkTarball(archive, registry);
  await downloader.fetchArchive(
    {
      ...{ url, digest: archive.digest, context, limits, top: 'lift' },
      // A registry could have another host asked with the user's credential for that host.
      ...(url.origin === registry.origin ? {} : { authorization: false }),
    },
    target,
  );
  return {
    name: spec.name,
    resolved: formatSource({ scheme: 'npm', spec: `${spec.package}@${version}` }),
    revision: version,
  };
}

/** Where an archive is, is the registry's word alone: what the address rule of the download step allows, and TLS like the registry. */
function checkTarball({ tarball }: Pick<FoundArchive, 'tarball'>, registry: URL): URL {
  const url = URL.parse(tarball);
  const isAllowed = url !== null && (url.protocol === 'https:' || url.origin === registry.origin);
  if (isAllowed && url.username === '' && url.password === '') return url;
  throw new MarketplaceError(`${registry.host} names no https URL for the archive`, {
    code: 'FETCH_FAILED',
    hint: 'Tell whoever runs the registry.',
  });
}

function readRegistryUrl(text: string): URL {
  const url = URL.parse(text.endsWith('/') ? text : `${text}/`);
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '';
  if (isPlain && url.username === '' && url.password === '') return url;
  throw new MarketplaceError(
    'Expected the URL of an npm registry, http: or https:, without a user name, got something else',
    {
      code: 'SETTINGS_INVALID',
      hint: 'Give a token as a credential of the host.',
    },
  );
}

import type { Downloader } from '@agentmesh/download';
import type { FetchContext } from '@agentmesh/resolver';
import type { KnownArchives } from './known-archive.js';
import type { NpmSpec } from './npm-spec.js';
import { type PackageArchive, readArchive, readPackument } from './packument.js';
import { pickVersion } from './pick-version.js';

/** What is asked, and where. */
export interface ArchiveQuestion {
  readonly downloader: Downloader;
  /** With a slash at its end. */
  readonly registry: URL;
  readonly known: KnownArchives;
  readonly maxMetadataBytes: number;
  readonly spec: NpmSpec;
  readonly context: FetchContext;
}

/** A version that was picked, and its archive. */
export interface FoundArchive extends PackageArchive {
  readonly version: string;
}

const ACCEPTED = 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8';

/**
 * Picks the version and finds its archive; for an exact version that was fetched before, without asking the registry.
 *
 * @throws MarketplaceError `SOURCE_NOT_FOUND`, `SOURCE_UNAUTHORIZED`, `INTEGRITY_MISMATCH`, `FETCH_TOO_LARGE`,
 * `FETCH_TIMEOUT`, `FETCH_FAILED`
 */
export async function findArchive(question: ArchiveQuestion): Promise<FoundArchive> {
  const { downloader, registry, known, maxMetadataBytes, spec, context } = question;
  const keyOf = (version: string): string => `npm:${registry.href}${spec.package}@${version}`;
  if (spec.wanted.kind === 'exact') {
    const found = await known.find(keyOf(spec.wanted.text));
    if (found !== undefined) return { ...found, version: spec.wanted.text };
  }
  const { bytes } = await downloader.download({
    url: new URL(spec.package.replace('/', '%2f'), registry),
    signal: context.signal,
    timeoutMs: context.limits.timeoutMs,
    maxBytes: maxMetadataBytes,
    headers: { accept: ACCEPTED },
  });
  const packument = readPackument(bytes);
  const version = pickVersion(packument, spec.wanted);
  const archive = readArchive(packument.versions.get(version));
  await known.keep(keyOf(version), archive);
  return { ...archive, version };
}

import { rm } from 'node:fs/promises';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { formatOciReference, parseOciReference, readManifest, readPluginManifest } from '@agentmesh/oci';
import { type FetchedPlugin, formatSource, resolverName, sourceUnpinned } from '@agentmesh/resolver';
import type { OciFetch } from './create-resolver.js';
import { getManifest } from './get-manifest.js';

const DEFAULT_TAG = 'latest';

/** Brings one plugin; see `createResolver`. */
export async function fetchPlugin(fetch: OciFetch): Promise<FetchedPlugin> {
  const { client, limits, target, context } = fetch;
  const { signal } = context;
  const reference = parseOciReference(fetch.spec);
  const { registry, repository, digest: pinned } = reference;
  const name = resolverName(repository.slice(repository.lastIndexOf('/') + 1));
  if (context.pinned === 'required' && pinned === undefined) throw sourceUnpinned('oci', 'a digest after "@sha256:"');
  signal.throwIfAborted();
  const session = client.open(reference, { access: 'pull', signal, timeoutMs: context.limits.timeoutMs });
  const found = await getManifest(fetch, session, { pinned, reference: pinned ?? reference.tag ?? DEFAULT_TAG });
  const { archive, contentDigest } = readPluginManifest(readManifest(found.bytes, found.contentType));
  if (archive.size > context.limits.maxBytes) throw tooLarge(archive.size, context.limits.maxBytes);
  const { tree } = await client.downloader.fetchArchive(
    { ...session.blobRequest(archive), context, limits, headers: { accept: '*/*' } },
    target,
  );
  if (contentDigest !== undefined && contentDigest !== tree.digest) {
    await rm(target, { recursive: true, force: true });
    throw otherTree(contentDigest, tree.digest);
  }
  const { digest } = found;
  const resolved = formatSource({ scheme: 'oci', spec: formatOciReference({ registry, repository, digest }) });
  return { name, resolved, revision: digest };
}

function tooLarge(size: number, maxBytes: number): MarketplaceError {
  return new MarketplaceError(`The archive has ${size} bytes, ${maxBytes} are allowed`, {
    code: 'FETCH_TOO_LARGE',
    hint: 'Allow more with the limit maxBytes.',
  });
}

function otherTree(expected: string, actual: string): MarketplaceError {
  return new MarketplaceError(
    `Expected files with the digest ${printable(expected, 80)}, as the manifest says, got ${actual}`,
    { code: 'INTEGRITY_MISMATCH', hint: 'Manifest and archive do not belong together: tell whoever pushed them.' },
  );
}

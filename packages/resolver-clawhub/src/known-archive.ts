import { type ContentCache, type Digest, parseDigest } from '@agentmesh/download';
import type { ListedFile } from './clawhub-answers.js';

/** What is known of a version that was fetched once: enough to take it from the cache without a network. */
export interface KnownArchive {
  readonly archive: Digest;
  readonly files: readonly ListedFile[] | undefined;
}

/** Which version of whose skill on which server. */
export interface ArchiveKey {
  readonly base: URL;
  readonly owner: string | undefined;
  readonly slug: string;
  readonly version: string;
}

const MAX_BYTES = 8 * 1_048_576;

/** What an earlier fetch noted; undefined where nothing was. */
export async function findKnownArchive(
  cache: ContentCache | undefined,
  key: ArchiveKey,
): Promise<KnownArchive | undefined> {
  const bytes = await cache?.find(keyText(key), { maxBytes: MAX_BYTES });
  return bytes === undefined ? undefined : readNote(bytes);
}

/** Notes what a fetch found, for the next one. A version of ClawHub never changes. */
export async function keepKnownArchive(
  cache: ContentCache | undefined,
  key: ArchiveKey,
  known: KnownArchive,
): Promise<void> {
  await cache?.put([keyText(key)], Buffer.from(JSON.stringify(known)));
}

function readNote(bytes: Uint8Array): KnownArchive | undefined {
  const { archive, files } = JSON.parse(Buffer.from(bytes).toString('utf8')) as {
    archive: string;
    files?: ListedFile[];
  }; // this user's own note, verified by the cache
  const digest = parseDigest(archive);
  return digest === undefined ? undefined : { archive: digest, files };
}

function keyText({ base, owner, slug, version }: ArchiveKey): string {
  return `clawhub:${JSON.stringify([base.href, owner?.toLowerCase() ?? '', slug, version])}`;
}

import { type ContentCache, type Digest, type DownloaderOptions, parseDigest } from '@agentmesh/download';
import { MarketplaceError } from '@agentmesh/errors';
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

/** Where such notes are kept, and who is told when that fails. */
export interface ArchiveNotes {
  readonly cache: ContentCache | undefined;
  readonly onProblem: DownloaderOptions['onProblem'];
}

const MAX_BYTES = 8 * 1_048_576;

/** What an earlier fetch noted; undefined where nothing was, or the cache cannot be read. */
export async function findKnownArchive(
  { cache, onProblem }: ArchiveNotes,
  key: ArchiveKey,
): Promise<KnownArchive | undefined> {
  try {
    const bytes = await cache?.find(keyText(key), { maxBytes: MAX_BYTES });
    return bytes === undefined ? undefined : readNote(bytes);
  } catch (cause) {
    onProblem?.(problem(cause));
    return undefined;
  }
}

/** Notes what a fetch found, for the next one. A version of ClawHub never changes. */
export async function keepKnownArchive(
  { cache, onProblem }: ArchiveNotes,
  key: ArchiveKey,
  known: KnownArchive,
): Promise<void> {
  try {
    await cache?.put([keyText(key)], Buffer.from(JSON.stringify(known)));
  } catch (cause) {
    onProblem?.(problem(cause));
  }
}

function readNote(bytes: Uint8Array): KnownArchive | undefined {
  const { archive, files } = JSON.parse(Buffer.from(bytes).toString('utf8')) as {
    archive: string;
    files?: ListedFile[];
  }; // this user's own note, verified by the cache
  const digest = parseDigest(archive);
  return digest === undefined ? undefined : { archive: digest, files };
}

/** Without the cache a fetch costs a download, and nothing else. */
function problem(cause: unknown): MarketplaceError {
  return new MarketplaceError('The cache of downloads cannot be used', {
    code: 'CACHE_FAILED',
    hint: 'Check its folder and the room on its disk.',
    cause,
  });
}

function keyText({ base, owner, slug, version }: ArchiveKey): string {
  return `clawhub:${JSON.stringify([base.href, owner?.toLowerCase() ?? '', slug, version])}`;
}

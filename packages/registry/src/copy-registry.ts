import { MarketplaceError, printable } from '@agentmesh/errors';
import { checkOwners } from './check-owners.js';
import { checkSigner, type SignatureState } from './check-signer.js';
import { copyArtifact } from './copy-artifact.js';
import type { CopySource, CopyTarget } from './copy-source.js';
import { listNames } from './list-names.js';
import { type CopiedName, isSameEntry, mergeName } from './merge-name.js';

/** How far a copy is. */
export interface CopyProgress {
  /** Names that are done. */
  readonly names: number;
  /** The one that is copied now. */
  readonly name: string;
}

/** What is copied where. */
export interface CopyOptions {
  readonly from: CopySource;
  readonly to: CopyTarget;
  /** Largest archive in bytes (default 100 MiB). */
  readonly maxArtifactBytes?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CopyProgress) => void;
}

/** What a copy did and saw. */
export interface CopyReport {
  readonly names: number;
  readonly versions: number;
  /** Versions that the target did not have, or had with another status. */
  readonly changed: number;
  readonly owners: number;
  /** Archives: copied now, or there already; all of them hashed. */
  readonly artifacts: { readonly copied: number; readonly present: number; readonly bytes: number };
  readonly signatures: Readonly<Record<SignatureState, number>>;
  /** False when the source cannot list names whose versions are all yanked, so that those may be missing. */
  readonly complete: boolean;
}

const MAX_ARTIFACT = 100 * 1024 * 1024;

/**
 * Copies a registry into another: versions in their order with their times and status, owners, archives. Every archive is
 * hashed, every signature verified whose key an owner has, and what was written is read again and compared. Names are copied
 * one by one, so a copy that was stopped goes on when it is started again; what is there already stays as it is, but for its
 * status and owners, which become those of the source.
 *
 * Whoever copies trusts the source: the keys that it names as owners are owners in the target then.
 *
 * @throws MarketplaceError `SIGNATURE_INVALID`, `INTEGRITY_MISMATCH`, `BLOB_NOT_FOUND`, `ARTIFACT_TOO_LARGE`, `REGISTRY_CORRUPT` for what
 * is wrong in the source; `ALREADY_REGISTERED`, `NAME_OWNED`, `NAME_TOO_SIMILAR` for what is otherwise in the target; `COPY_MISMATCH`
 */
export async function copyRegistry(options: CopyOptions): Promise<CopyReport> {
  const { from, signal, onProgress } = options;
  const signatures = { verified: 0, unverifiable: 0, unsigned: 0 };
  const artifacts = { copied: 0, present: 0, bytes: 0 };
  const counts = { names: 0, versions: 0, changed: 0, owners: 0 };
  for await (const name of listNames(from.store)) {
    signal?.throwIfAborted();
    onProgress?.({ names: counts.names, name });
    const copied = await readName(from.store, name);
    for (const entry of copied.versions) signatures[checkSigner(entry, copied.owners)] += 1;
    await copyArtifacts(options, copied, artifacts);
    counts.changed += await writeName(options, copied);
    await compare(options, copied);
    counts.names += 1;
    counts.versions += copied.versions.length;
    counts.owners += copied.owners.length;
  }
  return { ...counts, artifacts, signatures, complete: from.store.names !== undefined };
}

async function readName(store: CopySource['store'], name: string): Promise<CopiedName> {
  const [versions, owners] = await Promise.all([store.versions(name), store.owners(name)]);
  return { name, versions, owners: checkOwners(owners) };
}

async function copyArtifacts(
  { from, to, signal, maxArtifactBytes = MAX_ARTIFACT }: CopyOptions,
  { versions }: CopiedName,
  counts: { copied: number; present: number; bytes: number },
): Promise<void> {
  for (const entry of versions) {
    signal?.throwIfAborted();
    if (entry.artifact === undefined) continue;
    const isNew = await copyArtifact({ from: from.blobs, to: to.blobs }, entry, maxArtifactBytes);
    counts[isNew ? 'copied' : 'present'] += 1;
    counts.bytes += entry.artifact.size;
  }
}

/** Two names that look alike may both be there only when the source has both. */
async function writeName({ from, to }: CopyOptions, copied: CopiedName): Promise<number> {
  const known = new Set<string>();
  for (;;) {
    const outcome = await to.store.change(copied.name, (rows) => {
      const strange = rows.versions.length > 0 ? undefined : rows.lookalikes.find((name) => !known.has(name));
      return strange ?? mergeName(rows, copied);
    });
    if (typeof outcome === 'number') return outcome;
    if ((await from.store.versions(outcome)).length === 0) throw tooSimilar(copied.name, outcome);
    known.add(outcome);
  }
}

async function compare({ to }: CopyOptions, { name, versions, owners }: CopiedName): Promise<void> {
  const written = await to.store.versions(name);
  const isThere = versions.every((entry) => written.some((other) => isSameEntry(entry, other)));
  const kept = new Set((await to.store.owners(name)).map((owner) => owner.keyId));
  if (isThere && owners.every((owner) => kept.has(owner.keyId))) return;
  throw new MarketplaceError(`What was copied of ${printable(name)} does not read the same in the target`, {
    code: 'COPY_MISMATCH',
    hint: 'Somebody may have changed it meanwhile: copy again.',
  });
}

function tooSimilar(name: string, other: string): MarketplaceError {
  return new MarketplaceError(`The target has ${printable(other)}, which looks like ${printable(name)}`, {
    code: 'NAME_TOO_SIMILAR',
    hint: 'Copy to an empty registry, or remove one of the two.',
  });
}

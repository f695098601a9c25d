import { MarketplaceError, printable } from '@agentmesh/errors';
import type { PluginManifest } from '@agentmesh/manifest';
import { checkVersion } from './check-version.js';
import { listVersion } from './list-version.js';
import type { FolderOptions } from './load-publishable.js';
import { findKey, type PublishContext, type RegisterOptions } from './publish-plugin.js';
import { putArchive } from './put-archive.js';
import { readStaged } from './read-staged.js';
import { refuseFiles } from './refuse-files.js';
import type { OwnerKey, RegistryEntry } from './registry-entry.js';
import type { ChangeNote } from './registry-store.js';
import type { SentArchive } from './sent-archive.js';
import { stageArchive } from './stage-archive.js';

/** What is published, by whom, and where it is looked at. */
export interface PublishArchiveOptions extends RegisterOptions, FolderOptions {
  /** What the manifest in the archive has to say. */
  readonly name: string;
  readonly version: string;
  /** Absent or empty folder to unpack into, when the archive is not small; the caller removes it. */
  readonly stage: string;
  /** What a store that has an audit log writes down in the same step in which it lists a new version. */
  readonly note?: (entry: RegistryEntry) => ChangeNote;
}

/** A version that is listed now. */
export interface Published {
  readonly entry: RegistryEntry;
  /** False when the very same archive was listed before: publishing again is no fault. */
  readonly isNew: boolean;
}

/** A manifest that was read, and the key that signed it, when it is known. */
interface Candidate {
  readonly manifest: PluginManifest;
  readonly key: OwnerKey | undefined;
}

/** One that passed all checks. */
interface Checked extends Candidate {
  readonly note: PublishArchiveOptions['note'];
}

/** Lists an archive that somebody else packed; see `PluginRegistry.publishArchive`. */
export async function publishArchive(
  context: PublishContext,
  archive: SentArchive,
  options: PublishArchiveOptions,
): Promise<Published> {
  const again = await findSame(context, archive, options);
  if (again !== undefined) return keepAgain(context, archive, again);
  const { name, version } = options;
  const staged = await stageArchive(archive, options);
  const manifest = await readStaged(staged, { name, version, readManifest: context.readManifest });
  const key = findKey(context, manifest, options);
  // Asked once before anything is kept, and decided when it is listed.
  const meanwhile = await checkBefore(context, archive, { manifest, key });
  if (meanwhile !== undefined) return keepAgain(context, archive, meanwhile);
  await refuseFiles(context.checkFiles, { manifest, ...staged });
  options.signal?.throwIfAborted();
  return keep(context, archive, { manifest, key, note: options.note });
}

/** The blob goes first: one that no version lists is harmless, a version without its blob is not. */
async function keep(context: PublishContext, archive: SentArchive, checked: Checked): Promise<Published> {
  const { manifest, key, note } = checked;
  const artifact = { integrity: archive.integrity, size: archive.size };
  await putArchive(context.blobs, archive);
  const published = await context.store.change(manifest.name, (rows): Published => {
    const listed = sameArchive(rows.versions, manifest.version, archive);
    if (listed !== undefined) return { entry: listed, isNew: false };
    if (rows.owners.length === 0 && key === undefined) throw unknownKey(manifest.name);
    const entry = listVersion(rows, { manifest, key, artifact, at: context.now() });
    if (note !== undefined) rows.note(note(entry));
    return { entry, isNew: true };
  });
  // Again, because the same version may just have been unregistered, and its blob removed after the first time.
  await putArchive(context.blobs, archive);
  return published;
}

async function findSame(
  { store }: PublishContext,
  archive: SentArchive,
  { name, version }: PublishArchiveOptions,
): Promise<RegistryEntry | undefined> {
  return sameArchive(await store.versions(name), version, archive);
}

/** Heals a blob that was damaged. */
async function keepAgain({ blobs }: PublishContext, archive: SentArchive, entry: RegistryEntry): Promise<Published> {
  await putArchive(blobs, archive);
  return { entry, isNew: false };
}

function sameArchive(
  versions: readonly RegistryEntry[],
  version: string,
  { integrity }: SentArchive,
): RegistryEntry | undefined {
  return versions.find((entry) => entry.manifest.version === version && entry.artifact?.integrity === integrity);
}

/** The same archive, when somebody else has listed it by now. */
async function checkBefore(
  { store }: PublishContext,
  archive: SentArchive,
  { manifest, key }: Candidate,
): Promise<RegistryEntry | undefined> {
  const { name, version } = manifest;
  const [versions, owners] = await Promise.all([store.versions(name), store.owners(name)]);
  const same = sameArchive(versions, version, archive);
  if (same !== undefined) return same;
  checkVersion({ versions, owners: versions.length === 0 ? [] : owners, lookalikes: [] }, manifest, key);
  if (owners.length === 0 && key === undefined) throw unknownKey(name);
  return undefined;
}

function unknownKey(name: string): MarketplaceError {
  return new MarketplaceError(`No key is known that could have signed ${printable(name)}`, {
    code: 'KEY_UNKNOWN',
    hint: 'Name the public key of its author with the first version; it will own the name.',
  });
}

import { MarketplaceError, printable } from '@agentmesh/errors';
import type { PluginManifest } from '@agentmesh/manifest';
import { checkVersion } from './check-version.js';
import { keepListed } from './keep-listed.js';
import { listVersion } from './list-version.js';
import type { FolderOptions } from './load-publishable.js';
import { findKey, type PublishContext, type RegisterOptions } from './publish-plugin.js';
import { putArchive } from './put-archive.js';
import { readStaged } from './read-staged.js';
import { refuseFiles } from './refuse-files.js';
import type { OwnerKey, RegistryEntry } from './registry-entry.js';
import type { ChangeNote, NameRows } from './registry-store.js';
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
  const { name, version } = options;
  const versions = await context.store.versions(name);
  const again = sameArchive(versions, version, archive);
  if (again !== undefined) return keepAgain(context, archive, again);
  const staged = await stageArchive(archive, options);
  const manifest = await readStaged(staged, { name, version, readManifest: context.readManifest });
  const key = findKey(context, manifest, options);
  await checkBefore(context, versions, { manifest, key });
  await refuseFiles(context.checkFiles, { manifest, ...staged });
  options.signal?.throwIfAborted();
  return keep(context, archive, { manifest, key, note: options.note });
}

async function keep(context: PublishContext, archive: SentArchive, checked: Checked): Promise<Published> {
  const { manifest, key, note } = checked;
  const artifact = { integrity: archive.integrity, size: archive.size };
  const list = (rows: NameRows): Published => {
    const listed = sameArchive(rows.versions, manifest.version, archive);
    if (listed !== undefined) return { entry: listed, isNew: false };
    if (rows.owners.length === 0 && key === undefined) throw unknownKey(manifest.name);
    const entry = listVersion(rows, { manifest, key, artifact, at: context.now() });
    if (note !== undefined) rows.note(note(entry));
    return { entry, isNew: true };
  };
  return keepListed(archive, { ...context, name: manifest.name, list });
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

/** Refuses what cannot be listed, by what was listed when it came; it is decided when it is listed itself. */
async function checkBefore(
  { store }: PublishContext,
  versions: readonly RegistryEntry[],
  { manifest, key }: Candidate,
): Promise<void> {
  const owners = versions.length === 0 ? [] : await store.owners(manifest.name);
  checkVersion({ versions, owners, lookalikes: [] }, manifest, key);
  if (owners.length === 0 && key === undefined) throw unknownKey(manifest.name);
}

function unknownKey(name: string): MarketplaceError {
  return new MarketplaceError(`No key is known that could have signed ${printable(name)}`, {
    code: 'KEY_UNKNOWN',
    hint: 'Name the public key of its author with the first version; it will own the name.',
  });
}

import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import {
  checkPublishable,
  formatManifest,
  MANIFEST_FILENAME,
  type ManifestChanges,
  type PluginManifest,
  withFields,
} from '@agentmesh/manifest';
import { containerInvalid } from './container-invalid.js';
import { hasOwnManifest, type ReadContainerOptions, readContainer } from './read-container.js';

/** What {@link importContainer} takes beside the folder. */
export interface ImportContainerOptions extends Pick<ReadContainerOptions, 'revision'> {
  /** For a container that has no usable name. */
  readonly fallbackName?: string | undefined;
  /** What is to stand in the manifest in place of what the container says: author, version, permissions and the like. */
  readonly changes?: ManifestChanges | undefined;
}

/**
 * Writes an `agent-plugin.yaml` beside the files of a foreign plugin, so that it can be signed, published and locked. None of its
 * files is touched.
 *
 * @returns the manifest that was written, unsigned
 * @throws MarketplaceError `MANIFEST_EXISTS` where there is one; `MANIFEST_INVALID` for one that could not be published; what
 * {@link readContainer} throws
 */
export async function importContainer(
  dir: string,
  { fallbackName, revision, changes = {} }: ImportContainerOptions = {},
): Promise<PluginManifest> {
  if (await hasOwnManifest(dir)) throw exists(dir);
  const { manifest: made } = await readContainer(dir, { name: fallbackName, revision });
  const manifest = withFields(made, changes);
  const faults = checkPublishable(manifest);
  if (faults.length > 0) throw containerInvalid(MANIFEST_FILENAME, faults);
  await writeNew(dir, formatManifest(manifest));
  return manifest;
}

/** Not by renaming, which would replace what came there meanwhile. */
async function writeNew(dir: string, text: string): Promise<void> {
  const path = join(dir, MANIFEST_FILENAME);
  const handle = await open(path, 'wx', 0o644).catch((error: unknown) => {
    throw error instanceof Error && 'code' in error && error.code === 'EEXIST' ? exists(dir) : error;
  });
  try {
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

function exists(dir: string): MarketplaceError {
  return new MarketplaceError(`There is an ${MANIFEST_FILENAME} in ${printable(dir)} already`, {
    code: 'MANIFEST_EXISTS',
    hint: 'Change it by hand, or remove it to import the plugin anew.',
  });
}

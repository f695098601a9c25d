import type { StagedPlugin } from '../install/staged-plugin.js';
import type { LockedPlugin } from '../state/locked-plugin.js';
import type { StoreContext } from './stage-from-store.js';
import { stageStored } from './stage-stored.js';

/** A plugin as a lock names it. */
export interface NamedLock {
  readonly name: string;
  readonly locked: LockedPlugin;
}

/**
 * {@link stageStored} for a plugin of a lock, with what the lock says of where it came from.
 *
 * @returns undefined, with `dir` absent, when the store has it not, or not intact
 */
export async function stageLocked(
  context: StoreContext,
  { name, locked }: NamedLock,
  dir: string,
): Promise<StagedPlugin | undefined> {
  const { version, content_digest: contentDigest, source, resolved, revision, integrity, made_manifest: made } = locked;
  const staged = await stageStored(context, { name, version, contentDigest, integrity, made }, dir);
  if (staged === undefined) return undefined;
  const { manifest, findings, tree } = staged;
  return {
    dir,
    files: tree.files,
    digest: tree.digest,
    manifest,
    source,
    resolved,
    ...(revision === undefined ? {} : { revision }),
    ...(integrity === undefined ? {} : { integrity }),
    ...(made === undefined ? {} : { made_manifest: made }),
    stored: true,
    findings,
  };
}

import { rm } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { MarketplaceError, printable } from '@agentmesh/errors';
import type { PluginManifest } from '@agentmesh/manifest';
import { parseSource } from '@agentmesh/resolver';
import type { LockedPlugin } from '../state/locked-plugin.js';
import { stageLocked } from '../store/stage-locked.js';
import { inspectPlugin } from '../verify/inspect-plugin.js';
import { askBeforeFetch } from './ask-before-fetch.js';
import { fetchEntry } from './fetch-entry.js';
import { fetchFromSource } from './fetch-from-source.js';
import type { InstallSession } from './install-session.js';
import type { ObtainedPlugin } from './obtained-plugin.js';
import { registrySource } from './read-target.js';
import { findEntries } from './registry-entries.js';
import { showSource } from './show-source.js';
import type { StagedPlugin } from './staged-plugin.js';

/**
 * Gets hold of exactly the plugin that a lock names: the installed one where it is the same and intact, else out of the store, else
 * from where the lock says that it came.
 *
 * @throws MarketplaceError `LOCK_MISMATCH` when what comes is not what the lock names; `OFFLINE`; what fetching throws
 */
export async function obtainLocked(
  session: InstallSession,
  name: string,
  locked: LockedPlugin,
): Promise<ObtainedPlugin> {
  const present = session.current.plugins.get(name);
  const isSame = present?.version === locked.version && present.content_digest === locked.content_digest;
  if (isSame) {
    const place = { generation: session.current, name, locked: present, trustUnchanged: true };
    const { manifest, files, differences } = await inspectPlugin(session.workspace, place);
    if (manifest !== undefined && differences.length === 0) {
      assertNeeds(manifest, name, locked);
      const digest = locked.content_digest;
      return { name, change: 'kept', manifest, files, digest, findings: [], origin: locked, locked, staged: undefined };
    }
  }
  const staged = await bring(session, name, locked);
  const { manifest, files, digest, findings } = staged;
  const known = present === undefined ? 'installed' : 'updated';
  const change = isSame ? 'healed' : known;
  const { made_manifest } = staged;
  const origin = made_manifest === undefined ? locked : { ...locked, made_manifest };
  return { name, change, manifest, files, digest, findings, origin, locked, staged };
}

async function bring(session: InstallSession, name: string, locked: LockedPlugin): Promise<StagedPlugin> {
  await askBeforeFetch(session, parseSource(locked.source));
  const stored = await stageLocked(session, { name, locked }, `${session.stage}/locked-${name}`);
  if (stored !== undefined && (await isProven(session, stored))) {
    assertSame(stored, name, locked);
    return stored;
  }
  if (stored !== undefined) await rm(stored.dir, { recursive: true });
  const isListed = locked.source === registrySource(name);
  const staged = isListed
    ? await fromRegistry(session, name, locked)
    : await fetchFromSource(session, parseSource(locked.resolved));
  assertSame(staged, name, locked);
  return staged;
}

/** Where trust counts, files that nothing but the hash of their archive ties to the manifest come with that archive. */
async function isProven({ verify, keyring }: InstallSession, { manifest }: StagedPlugin): Promise<boolean> {
  const { content_digest, artifact_sha256 } = manifest;
  return content_digest !== undefined || artifact_sha256 === null || !verify || (await keyring()) === undefined;
}

async function fromRegistry(session: InstallSession, name: string, locked: LockedPlugin): Promise<StagedPlugin> {
  const { registry } = session;
  const entries = await findEntries(session, name);
  const entry = entries.find(({ manifest }) => manifest.version === locked.version);
  if (registry === undefined || entry === undefined) {
    throw mismatch(name, locked, 'the registry no longer lists it');
  }
  const integrity = entry.artifact?.integrity;
  if (locked.integrity !== integrity) {
    throw mismatch(
      name,
      locked,
      `the lock has ${locked.integrity ?? 'no archive'}, the registry ${integrity ?? 'none'}`,
    );
  }
  return fetchEntry(session, registry, entry);
}

function assertSame({ manifest, digest }: StagedPlugin, name: string, locked: LockedPlugin): void {
  if (manifest.name !== name || manifest.version !== locked.version) {
    const has = `${printable(manifest.name)} ${printable(manifest.version)}`;
    throw mismatch(name, locked, `${showSource(locked.resolved)} has ${has}`);
  }
  assertNeeds(manifest, name, locked);
  if (digest === locked.content_digest) return;
  throw mismatch(name, locked, `the lock has ${locked.content_digest}, ${showSource(locked.resolved)} has ${digest}`);
}

/** What a plugin needs is read from the lock when nothing is selected. */
function assertNeeds({ dependencies }: PluginManifest, name: string, locked: LockedPlugin): void {
  if (isDeepStrictEqual([...dependencies], [...locked.dependencies])) return;
  throw mismatch(name, locked, 'the lock names other dependencies than its manifest');
}

function mismatch(name: string, { version, unpinned }: LockedPlugin, why: string): MarketplaceError {
  return new MarketplaceError(`What agentmesh.lock names as ${name} ${printable(version)} is not to be had: ${why}`, {
    code: 'LOCK_MISMATCH',
    hint:
      unpinned === true
        ? `It is a folder under development. To take what is there now: agentmesh plugin link`
        : `Find out who changed it. To take what there is now: agentmesh plugin update ${name}`,
  });
}

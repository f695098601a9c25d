import { join } from 'node:path';
import { isMarketplaceError, type MarketplaceError } from '@agentmesh/errors';
import { MANIFEST_FILENAME } from '@agentmesh/manifest';
import type { Keyring } from '@agentmesh/signing';
import type { InstallContext } from '../install/install-context.js';
import type { LockedPlugin } from '../state/locked-plugin.js';
import { type InspectedPlace, type InspectedPlugin, inspectPlugin } from './inspect-plugin.js';
import type { InstalledPlugin } from './verification-report.js';

type Trust = Pick<InstalledPlugin, 'verification' | 'problem' | 'keyId'>;

/** A report, and what only this package needs of the inspection. */
export interface ReportedPlugin {
  readonly report: InstalledPlugin;
  readonly inspected: InspectedPlugin;
}

/** Re-hashes one installed plugin, checks its signature again where trusted keys are given, and says all of it. */
export async function reportPlugin(
  context: Pick<InstallContext, 'workspace' | 'keyring' | 'now'>,
  place: InspectedPlace,
): Promise<ReportedPlugin> {
  const { workspace, now } = context;
  const { name, locked } = place;
  const inspected = await inspectPlugin(workspace, place);
  const keyring = await context.keyring();
  // What the lock says of a key is no proof: whoever brought the lock along wrote it.
  const trust: Trust = keyring === undefined ? { verification: 'unverified' } : checkTrust(keyring, now(), inspected);
  const differences = [...inspected.differences, ...brokenSignature(trust, locked)];
  const { manifest, files } = inspected;
  const { version, source, resolved, revision, integrity, dependencies, requested, unpinned, made_manifest } = locked;
  const report: InstalledPlugin = {
    name,
    version,
    path: join(workspace.pluginsDir, name),
    ...(manifest === undefined ? {} : { manifest }),
    source,
    resolved,
    ...(revision === undefined ? {} : { revision }),
    ...(integrity === undefined ? {} : { integrity }),
    dependencies,
    requested,
    ...(unpinned === true ? { unpinned } : {}),
    ...(made_manifest === undefined ? {} : { foreign: true }),
    digest: locked.content_digest,
    manifestOnly: files.length > 0 && files.every(({ path }) => path === MANIFEST_FILENAME),
    intact: differences.length === 0,
    differences,
    ...trust,
  };
  return { report, inspected };
}

function checkTrust(keyring: Keyring, now: Date, { manifest }: InspectedPlugin): Trust {
  if (manifest === undefined) return { verification: 'refused' };
  try {
    return { verification: 'verified', keyId: keyring.verify(manifest, { now }).keyId };
  } catch (error) {
    if (!isMarketplaceError(error)) throw error;
    return { verification: 'refused', problem: problemOf(error) };
  }
}

function problemOf({ code, message }: MarketplaceError): { code: string; message: string } {
  return { code, message };
}

/** A signature that does not fit the manifest is tampering; an author whom nobody trusts (any more) is not. */
function brokenSignature({ problem }: Trust, { key_id }: LockedPlugin): InstalledPlugin['differences'] {
  const lost = problem?.code === 'SIGNATURE_MISSING' && key_id !== undefined;
  if (!lost && problem?.code !== 'SIGNATURE_INVALID') return [];
  return [{ path: MANIFEST_FILENAME, kind: 'record', detail: 'its signature does not verify' }];
}

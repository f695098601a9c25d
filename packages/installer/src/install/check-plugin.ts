import { type Finding, MarketplaceError, printable } from '@agentmesh/errors';
import { AGENTMESH_VERSION, MANIFEST_FILENAME, satisfies } from '@agentmesh/manifest';
import { hasFunctions } from '../scan/has-functions.js';
import { scanImports } from '../scan/scan-imports.js';
import type { LockedPlugin } from '../state/locked-plugin.js';
import { askPolicy } from './ask-policy.js';
import { checkManifest } from './check-manifest.js';
import { artifactRevision } from './fetch-artifact.js';
import type { Verification } from './install-result.js';
import type { InstallSession } from './install-session.js';
import { knownEngine } from './known-engine.js';
import type { ObtainedPlugin } from './obtained-plugin.js';

/** A plugin that passed. */
export interface CheckedPlugin {
  readonly plugin: ObtainedPlugin;
  readonly verification: Verification;
  readonly keyId: string | undefined;
  readonly engine: LockedPlugin['engine'] | undefined;
  /** Warnings only. */
  readonly findings: readonly Finding[];
}

/**
 * Everything that has to hold before a plugin may be committed: publishing rules, digest, signature and trust, host version,
 * imports, policy; in that order.
 *
 * @throws MarketplaceError `MANIFEST_INVALID`, `DIGEST_MISMATCH`, `DIGEST_MISSING`, `SIGNATURE_MISSING`, `SIGNATURE_INVALID`,
 * `UNTRUSTED_AUTHOR`, `HOST_TOO_OLD`, `RESTRICTED_IMPORT`, `POLICY_DENIED`
 */
export async function checkPlugin(session: InstallSession, plugin: ObtainedPlugin): Promise<CheckedPlugin> {
  session.onProgress({ phase: 'checking', plugin: plugin.name });
  const { manifest, digest } = plugin;
  checkManifest(manifest);
  checkDigest(plugin);
  const { verification, keyId } = await checkTrust(session, plugin);
  checkHost(session, plugin);
  const warnings = await checkImports(session, plugin);
  const { policy, signal } = session;
  const subject = { manifest, keyId, digest };
  const ask = () => (policy.beforeCommit ? policy.beforeCommit(subject) : { allow: true });
  await askPolicy(`${manifest.name} ${manifest.version}`, ask, signal);
  const known = knownEngine(plugin);
  const engine = known === 'none' ? undefined : known;
  return { plugin, verification, keyId, engine, findings: [...plugin.findings, ...warnings] };
}

function checkDigest({ manifest, digest }: ObtainedPlugin): void {
  if (manifest.content_digest === undefined || manifest.content_digest === digest) return;
  const { name, version, content_digest } = manifest;
  throw new MarketplaceError(
    `The files of ${printable(name)} ${printable(version)} are not those of its manifest: expected ${printable(content_digest)}, got ${digest}`,
    {
      code: 'DIGEST_MISMATCH',
      hint: 'They were changed after the author signed them, or never signed anew; ask the author.',
    },
  );
}

async function checkTrust(
  session: InstallSession,
  plugin: ObtainedPlugin,
): Promise<Pick<CheckedPlugin, 'verification' | 'keyId'>> {
  const { manifest, files } = plugin;
  if (!session.verify) return { verification: 'skipped', keyId: undefined };
  const keyring = await session.keyring();
  if (keyring === undefined) return { verification: 'unverified', keyId: undefined };
  const { keyId } = keyring.verify(manifest, { now: session.now() });
  const manifestOnly = files.every(({ path }) => path === MANIFEST_FILENAME);
  const reaches = manifest.content_digest !== undefined || manifestOnly || cameByHash(session, plugin);
  if (reaches) return { verification: 'verified', keyId };
  throw new MarketplaceError(
    `The signature of ${printable(manifest.name)} does not reach its files: no content_digest`,
    {
      code: 'DIGEST_MISSING',
      hint: 'Ask the author to publish it with agentmesh, which signs the files too.',
    },
  );
}

/** True for files that the hash in the manifest was checked against: just now, or when they were installed and kept since. */
function cameByHash({ current }: InstallSession, { name, manifest, change, staged }: ObtainedPlugin): boolean {
  const revision = artifactRevision(manifest);
  if (revision === undefined || staged?.stored === true) return false;
  const held = change === 'kept' ? current.plugins.get(name)?.revision : staged?.revision;
  return held === revision;
}

function checkHost({ agentmeshVersion = AGENTMESH_VERSION }: InstallSession, { manifest }: ObtainedPlugin): void {
  const { min_agentmesh_version: wanted, name } = manifest;
  if (wanted === null || satisfies(agentmeshVersion, `>=${wanted}`)) return;
  throw new MarketplaceError(
    `${printable(name)} ${printable(manifest.version)} needs agentmesh ${printable(wanted)} or newer, this is ${agentmeshVersion}`,
    { code: 'HOST_TOO_OLD', hint: `Update agentmesh, or ask for an older version of ${printable(name)}.` },
  );
}

async function checkImports(
  { scanFiles = scanImports }: InstallSession,
  { name, manifest, staged }: ObtainedPlugin,
): Promise<readonly Finding[]> {
  // What is installed, and what the store has, was scanned when it came.
  if (staged === undefined || staged.stored === true) return [];
  const found = await scanFiles(staged.dir, staged.files);
  const isCalled = hasFunctions(
    manifest,
    staged.files.map(({ path }) => path),
  );
  const findings = isCalled ? found : found.map((finding) => ({ ...finding, severity: 'warning' as const }));
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return findings;
  throw new MarketplaceError(`${printable(name)} imports modules that no plugin may use:`, {
    code: 'RESTRICTED_IMPORT',
    hint: 'The sandbox would refuse them. Ask the author for a version that does without.',
    findings: errors,
  });
}

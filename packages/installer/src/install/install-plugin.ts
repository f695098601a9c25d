import { join } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { MANIFEST_FILENAME, satisfies } from '@agentmesh/manifest';
import type { Offer } from '../dependencies/candidate.js';
import { selectPlugins } from '../dependencies/select-plugins.js';
import { changeWorkspace } from '../state/change-workspace.js';
import { checkCollision } from './check-collision.js';
import { checkLookAlikes } from './check-look-alikes.js';
import { type CheckedPlugin, checkPlugin } from './check-plugin.js';
import { commitPlugins } from './commit-plugins.js';
import { fetchFromSource } from './fetch-from-source.js';
import type { InstallContext } from './install-context.js';
import type { InstallOptions, InstallResult, PlacedPlugin } from './install-result.js';
import type { InstallSession } from './install-session.js';
import { obtainPlugin } from './obtain-plugin.js';
import { installedCandidate, type PluginCandidate, stagedCandidate } from './plugin-candidate.js';
import { type InstallTarget, readTarget, registrySource } from './read-target.js';
import { offerDependency, offerRoot, toRange } from './registry-offers.js';

type RootOffer = Offer<PluginCandidate> & { readonly name: string };

/** One install: pick, obtain, check, and only then commit. See `PluginInstaller.install`. */
export async function installPlugin(
  context: InstallContext,
  nameOrSource: string,
  options: InstallOptions,
): Promise<InstallResult> {
  const { verify = true, signal } = options;
  const target = readTarget(nameOrSource);
  const { workspace, lockTimeoutMs: timeoutMs, onProgress } = context;
  const onWait = (): void => onProgress({ phase: 'waiting' });
  const lock = { timeoutMs, onWait, ...(signal === undefined ? {} : { signal }) };
  return changeWorkspace(workspace, lock, async ({ current, stage }) => {
    const session: InstallSession = { ...context, current, stage, verify, signal };
    const root = await findRoot(session, target, options.version);
    const checked = await obtainAll(session, root);
    signal?.throwIfAborted();
    onProgress({ phase: 'committing' });
    await commitPlugins(session, root.name, checked);
    return toResult(session, checked);
  });
}

async function findRoot(
  session: InstallSession,
  target: InstallTarget,
  version: string | undefined,
): Promise<RootOffer> {
  if (target.kind === 'registry') {
    checkCollision(session.current.plugins, target.name, registrySource(target.name));
    return offerRoot(session, target.name, version ?? target.version);
  }
  const plugin = await fetchFromSource(session, target.source);
  const { manifest, source } = plugin;
  checkCollision(session.current.plugins, manifest.name, source);
  if (!satisfies(manifest.version, toRange(version))) {
    throw new MarketplaceError(
      `${printable(source)} has version ${manifest.version}, not ${printable(version ?? '')}`,
      {
        code: 'VERSION_NOT_FOUND',
        hint: 'Leave the version out, or name a source that has it.',
      },
    );
  }
  return { name: manifest.name, candidates: [stagedCandidate(plugin)], known: `${manifest.version} at the source` };
}

async function obtainAll(session: InstallSession, root: RootOffer): Promise<readonly CheckedPlugin[]> {
  const installed = [...session.current.plugins].map(([name, locked]) => installedCandidate(name, locked));
  const chosen = await selectPlugins<PluginCandidate>({
    root,
    installed: new Map(installed.map((candidate) => [candidate.name, candidate])),
    offer: (name) => offerDependency(session, name),
  });
  checkLookAlikes(chosen.keys());
  const checked: CheckedPlugin[] = [];
  for (const candidate of chosen.values()) {
    session.signal?.throwIfAborted();
    checked.push(await checkPlugin(session, await obtainPlugin(session, candidate)));
  }
  return checked;
}

function toResult({ workspace }: InstallSession, checked: readonly CheckedPlugin[]): InstallResult {
  const [root, ...dependencies] = checked;
  if (root === undefined) throw new TypeError('An install without a plugin');
  const { manifest } = root.plugin;
  const first = toPlaced(root);
  const others = dependencies.map(toPlaced).sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    path: join(workspace.pluginsDir, manifest.name),
    manifest,
    verification: first.verification,
    manifestOnly: first.manifestOnly,
    installed: [first, ...others],
  };
}

function toPlaced({ plugin, verification, keyId, findings }: CheckedPlugin): PlacedPlugin {
  const { name, change, manifest, digest, files, origin } = plugin;
  const { source, resolved } = origin;
  return {
    name,
    version: manifest.version,
    change,
    source,
    resolved,
    digest,
    ...(keyId === undefined ? {} : { keyId }),
    verification,
    manifestOnly: files.every(({ path }) => path === MANIFEST_FILENAME),
    findings,
  };
}

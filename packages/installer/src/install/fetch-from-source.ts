import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { copyTree } from '@agentmesh/artifact';
import { type Finding, MarketplaceError } from '@agentmesh/errors';
import { assertPluginName, loadManifest } from '@agentmesh/manifest';
import { formatSource, type Source } from '@agentmesh/resolver';
import { askBeforeFetch } from './ask-before-fetch.js';
import { assertReachable } from './assert-reachable.js';
import type { InstallSession } from './install-session.js';
import { showSource } from './show-source.js';
import type { StagedPlugin } from './staged-plugin.js';

/**
 * Brings a source into the stage. Whatever the resolver left there is copied through our own entry filter, so that modes and
 * links are ours, without what packing leaves out.
 *
 * @throws MarketplaceError `POLICY_DENIED`, `OFFLINE`, `NAME_INVALID`, `TREE_UNSAFE`, `TREE_TOO_LARGE`, `MANIFEST_NOT_FOUND`,
 * `MANIFEST_INVALID`; what the sources throw
 */
export async function fetchFromSource(session: InstallSession, source: Source): Promise<StagedPlugin> {
  const { sources, signal, onProgress, treeLimits: limits } = session;
  const written = formatSource(source);
  const plugin = showSource(written);
  await askBeforeFetch(session, source);
  assertReachable(session, source, plugin);
  if (sources === undefined) throw noSources(plugin);
  onProgress({ phase: 'fetching', plugin });
  const place = await mkdtemp(join(session.stage, 'source-'));
  const fetched = await sources.fetch(source, join(place, 'fetched'), {
    signal,
    limits: session.fetchLimits,
    onProgress: (fetch) => onProgress({ phase: 'fetching', plugin, fetch }),
  });
  assertPluginName(fetched.name);
  const dir = join(place, 'tree');
  const stop = signal === undefined ? {} : { signal };
  const tree = await copyTree(join(place, 'fetched'), dir, { limits, view: 'packing', ...stop });
  const findings: Finding[] = [];
  const manifest = await loadManifest(dir, { onFinding: (finding) => findings.push(finding) });
  const { resolved, revision } = fetched;
  const { files, digest } = tree;
  return {
    dir,
    files,
    digest,
    manifest,
    source: written,
    resolved,
    ...(revision === undefined ? {} : { revision }),
    findings,
  };
}

function noSources(plugin: string): MarketplaceError {
  return new MarketplaceError(`No sources are set up, so ${plugin} cannot be fetched`, {
    code: 'SOURCE_SCHEME_UNKNOWN',
    hint: 'Give the installer a SourceRegistry with a resolver for that scheme.',
  });
}

import { mkdtemp } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { copyTree, type Tree } from '@agentmesh/artifact';
import { MarketplaceError } from '@agentmesh/errors';
import { assertPluginName } from '@agentmesh/manifest';
import { formatSource, type Source } from '@agentmesh/resolver';
import { toMadeManifest } from '../state/made-manifest.js';
import { askBeforeFetch } from './ask-before-fetch.js';
import { assertReachable } from './assert-reachable.js';
import { isDevelopmentSource } from './development-path.js';
import type { InstallSession } from './install-session.js';
import { showSource } from './show-source.js';
import { stageFolder } from './stage-folder.js';
import type { StagedPlugin } from './staged-plugin.js';

/**
 * Brings a source into the stage. Whatever the resolver left there is copied through our own entry filter, so that modes and
 * links are ours, without what packing leaves out.
 *
 * @throws MarketplaceError `POLICY_DENIED`, `OFFLINE`, `SOURCE_UNPINNED`, `NAME_INVALID`, `TREE_UNSAFE`, `TREE_TOO_LARGE`, `MANIFEST_NOT_FOUND`,
 * `MANIFEST_INVALID`; what the sources throw
 */
export async function fetchFromSource(session: InstallSession, source: Source): Promise<StagedPlugin> {
  const written = formatSource(source);
  await askBeforeFetch(session, source);
  const place = await mkdtemp(join(session.stage, 'source-'));
  const dir = join(place, 'tree');
  const isFolder = isDevelopmentSource(source);
  const { tree, resolved, revision, name } = isFolder
    ? {
        tree: await stageFolder(session, source, dir),
        resolved: written,
        revision: undefined,
        name: folderName(session, source),
      }
    : await fetchFiles(session, source, place);
  const known = revision === undefined ? {} : { revision };
  const { manifest, findings, foreign } = await session.readPlugin(dir, { name, tree, ...known });
  const { files, digest } = tree;
  return {
    dir,
    files,
    digest,
    manifest,
    source: written,
    resolved,
    ...known,
    ...(foreign ? { made_manifest: toMadeManifest(manifest) } : {}),
    findings,
  };
}

/** What a source gave. */
interface FetchedFiles {
  readonly tree: Tree;
  readonly resolved: string;
  readonly revision: string | undefined;
  /** What the source calls it. */
  readonly name: string;
}

/**
 * Lets the resolver of a source fill a folder, and copies what it left there through our own entry filter to `tree` in `place`. The
 * policy was asked before.
 *
 * @param place an empty folder
 * @throws MarketplaceError `OFFLINE`, `NAME_INVALID`, `TREE_UNSAFE`, `TREE_TOO_LARGE`; what the sources throw
 */
export async function fetchFiles(session: InstallSession, source: Source, place: string): Promise<FetchedFiles> {
  const { sources, signal, onProgress, treeLimits: limits, policy } = session;
  const plugin = showSource(formatSource(source));
  assertReachable(session, source, plugin);
  if (sources === undefined) throw noSources(plugin);
  onProgress({ phase: 'fetching', plugin });
  const { name, resolved, revision } = await sources.fetch(source, join(place, 'fetched'), {
    signal,
    limits: session.fetchLimits,
    pinned: policy.pinned,
    onProgress: (fetch) => onProgress({ phase: 'fetching', plugin, fetch }),
  });
  assertPluginName(name);
  const stop = signal === undefined ? {} : { signal };
  const tree = await copyTree(join(place, 'fetched'), join(place, 'tree'), { limits, view: 'packing', ...stop });
  return { tree, resolved, revision, name };
}

/** What a folder that somebody works on is called. */
function folderName({ developmentDir = '' }: InstallSession, { spec }: Source): string {
  return basename(resolve(developmentDir, spec));
}

function noSources(plugin: string): MarketplaceError {
  return new MarketplaceError(`No sources are set up, so ${plugin} cannot be fetched`, {
    code: 'SOURCE_SCHEME_UNKNOWN',
    hint: 'Give the installer a SourceRegistry with a resolver for that scheme.',
  });
}

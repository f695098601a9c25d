import { rm } from 'node:fs/promises';
import type { Tree } from '@agentmesh/artifact';
import { type Finding, isMarketplaceError } from '@agentmesh/errors';
import type { PluginManifest } from '@agentmesh/manifest';
import { loadTreeManifest } from '../state/load-tree-manifest.js';
import type { MadeManifest } from '../state/made-manifest.js';
import type { StoredPlugin } from './plugin-record.js';
import { type StoreContext, stageFromStore } from './stage-from-store.js';

/** A plugin out of the store. */
export interface StagedFiles {
  readonly tree: Tree;
  readonly manifest: PluginManifest;
  /** Warnings about the manifest. */
  readonly findings: readonly Finding[];
}

/**
 * Brings a plugin out of the store into the absent folder `dir`: its files are those of the digest, and its manifest speaks of this plugin and of
 * them. Signature, trust and policy are for the caller to check. Only for the holder of the workspace's lock.
 *
 * @returns undefined, with `dir` absent, when the store has it not, or not intact
 */
export async function stageStored(
  context: StoreContext,
  plugin: StoredPlugin & { readonly made?: MadeManifest | undefined },
  dir: string,
): Promise<StagedFiles | undefined> {
  const tree = await stageFromStore(context, plugin, dir);
  if (tree === undefined) return undefined;
  const findings: Finding[] = [];
  const manifest = await findManifest(dir, plugin.made, findings);
  if (manifest !== undefined && speaksOf(manifest, plugin)) return { tree, manifest, findings };
  await rm(dir, { recursive: true, force: true });
  return undefined;
}

async function findManifest(
  dir: string,
  made: MadeManifest | undefined,
  findings: Finding[],
): Promise<PluginManifest | undefined> {
  try {
    return await loadTreeManifest(dir, made, (finding) => findings.push(finding));
  } catch (error) {
    // The digest does not reach the manifest, so a forged record can name any. What is fetched anew decides then.
    if (isMarketplaceError(error)) return undefined;
    throw error;
  }
}

function speaksOf({ name, version, content_digest: digest }: PluginManifest, plugin: StoredPlugin): boolean {
  return (
    name === plugin.name && version === plugin.version && (digest ?? plugin.contentDigest) === plugin.contentDigest
  );
}

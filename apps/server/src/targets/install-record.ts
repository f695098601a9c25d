import { checkPath, type TreeFile } from '@agentmesh/artifact';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { manifestFromObject, type PluginManifest } from '@agentmesh/manifest';
import { z } from 'zod';

/** What is known of an installed plugin. It lies beside the plugins, is written last, and is what makes a plugin installed. */
export interface InstallRecord {
  readonly plugin: string;
  readonly version: string;
  /** As it was asked for. */
  readonly source: string;
  /** The same, pinned. */
  readonly resolved: string;
  readonly revision?: string | undefined;
  /** `h1:` digest of the files. */
  readonly contentDigest: string;
  readonly verification: string;
  readonly keyId?: string | undefined;
  /** ISO 8601, UTC. */
  readonly installedAt: string;
  readonly manifest: PluginManifest;
  /** True when the manifest was made for a plugin without one of ours. */
  readonly foreign: boolean;
  /** What it says that it is for; see `PluginInfo`. */
  readonly tags: readonly string[];
  readonly skills: readonly string[];
  readonly runtimes: readonly string[];
  readonly files: readonly TreeFile[];
}

const text = z.string().max(4_096);
const recordSchema = z.strictObject({
  record_version: z.literal(1),
  plugin: text,
  version: text,
  source: z.string().max(65_536),
  resolved: z.string().max(65_536),
  revision: text.optional(),
  content_digest: text,
  verification: text,
  key_id: text.optional(),
  installed_at: text,
  manifest: z.unknown(),
  foreign: z.boolean(),
  tags: z.array(text).max(1_000),
  skills: z.array(text).max(1_000),
  runtimes: z.array(text).max(1_000),
  files: z
    .array(
      z.strictObject({
        // It becomes a path, and whoever works in a container may have written it.
        path: text.refine((path) => checkPath(path) === undefined),
        size: z.int().nonnegative(),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        executable: z.boolean(),
      }),
    )
    .max(100_000),
});

/** Writes a record as JSON. */
export function formatRecord(record: InstallRecord): string {
  const { revision, keyId } = record;
  return `${JSON.stringify({
    record_version: 1,
    plugin: record.plugin,
    version: record.version,
    source: record.source,
    resolved: record.resolved,
    ...(revision === undefined ? {} : { revision }),
    content_digest: record.contentDigest,
    verification: record.verification,
    ...(keyId === undefined ? {} : { key_id: keyId }),
    installed_at: record.installedAt,
    manifest: record.manifest,
    foreign: record.foreign,
    tags: record.tags,
    skills: record.skills,
    runtimes: record.runtimes,
    files: record.files,
  })}\n`;
}

/**
 * Reads what {@link formatRecord} wrote; whoever works in the workspace may have written something else there.
 *
 * @param plugin whose record it has to be
 * @throws MarketplaceError `RECORD_INVALID`
 */
export function parseRecord(json: string, plugin: string): InstallRecord {
  const read = recordSchema.safeParse(parseJson(json, plugin));
  if (!read.success || read.data.plugin !== plugin) throw invalid(plugin, read.error);
  const { content_digest, key_id, installed_at, record_version: _, manifest, ...same } = read.data;
  return {
    ...same,
    contentDigest: content_digest,
    keyId: key_id,
    installedAt: installed_at,
    manifest: readManifest(manifest, plugin),
  };
}

function readManifest(value: unknown, plugin: string): PluginManifest {
  try {
    return manifestFromObject(value).manifest;
  } catch (cause) {
    throw invalid(plugin, cause);
  }
}

function parseJson(json: string, plugin: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw invalid(plugin, cause);
  }
}

function invalid(plugin: string, cause: unknown): MarketplaceError {
  return new MarketplaceError(`The record of ${printable(plugin)} in its workspace cannot be read`, {
    code: 'RECORD_INVALID',
    hint: 'Install the plugin again.',
    cause,
  });
}

import type { JsonValue, PluginManifest } from '@agentmesh/manifest';

/** The fields of a manifest that was made for a plugin without `agent-plugin.yaml`, as the lock keeps them. */
export type MadeManifest = Readonly<Record<string, JsonValue>>;

/** What a made manifest cannot say: nobody signed it, and nobody asked for anything in it. */
const NEVER: readonly string[] = ['permissions', 'signature', 'content_digest', 'artifact_url', 'artifact_sha256'];

/** The first field of a made manifest that only its author could have written; undefined when there is none. */
export function unmadeField(made: MadeManifest): string | undefined {
  return NEVER.find((field) => made[field] !== undefined && made[field] !== null);
}

/** A made manifest as the lock keeps it: keys sorted, fields without a value left out. */
export function toMadeManifest(manifest: PluginManifest): MadeManifest {
  const fields = Object.entries(manifest).filter(
    ([, value]) => value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}

import type { PluginType } from './plugin-type.js';

/** What a value under an `x-…` key may be. Numbers are safe integers, objects have string keys and no prototype. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** The language a plugin's entry is written in. */
export type Runtime = 'javascript' | 'python' | 'wasm';

/** What runs a JavaScript plugin. */
export type Engine = 'quickjs' | 'node';

/** What the sandbox may allow a plugin; what is absent is refused. */
export interface Permissions {
  /** Hosts it may reach, each `host:port`. */
  readonly net?: readonly string[];
  /** Names of environment variables it may read. */
  readonly env?: readonly string[];
  /** Paths it may read. */
  readonly read?: readonly string[];
  /** Paths it may write. */
  readonly write?: readonly string[];
  /** Bytes of scratch space. */
  readonly scratch?: number;
  /** Bytes of memory. */
  readonly memory?: number;
  /** Milliseconds of wall time for a call. */
  readonly time?: number;
  /** Commands it may run. */
  readonly run?: readonly string[];
}

/**
 * A plugin's manifest, as it stands in `agent-plugin.yaml`: deeply frozen, AGT's eleven fields and the signature always
 * present, ours only when set.
 */
export interface PluginManifest {
  readonly name: string;
  /** Two or three groups of digits: `1.0`, `1.10.2`. */
  readonly version: string;
  readonly description: string;
  readonly author: string;
  readonly plugin_type: PluginType;
  readonly capabilities: readonly string[];
  /** `name` and comma-separated comparators: `base>=1.0.0,<2.0.0`. */
  readonly dependencies: readonly string[];
  readonly min_agentmesh_version: string | null;
  readonly organization: string | null;
  readonly artifact_url: string | null;
  readonly artifact_sha256: string | null;
  /** Standard padded base64 of the Ed25519 signature over `signableBytes`. */
  readonly signature: string | null;
  /** Relative path of the module to run. */
  readonly entry?: string;
  /** Default: from the entry's extension. */
  readonly runtime?: Runtime;
  readonly engine?: Engine;
  readonly permissions?: Permissions;
  /** `h1:` digest of the plugin's files. */
  readonly content_digest?: string;
  readonly license?: string;
  readonly homepage?: string;
  readonly repository?: string;
  readonly keywords?: readonly string[];
  readonly [extension: `x-${string}`]: JsonValue;
}

/** What `createManifest` takes: five required fields; every other one may be left out. */
export interface ManifestFields {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly author: string;
  readonly plugin_type: PluginType;
  readonly capabilities?: readonly string[] | undefined;
  readonly dependencies?: readonly string[] | undefined;
  readonly min_agentmesh_version?: string | null | undefined;
  readonly organization?: string | null | undefined;
  readonly artifact_url?: string | null | undefined;
  readonly artifact_sha256?: string | null | undefined;
  readonly signature?: string | null | undefined;
  readonly entry?: string | undefined;
  readonly runtime?: Runtime | undefined;
  readonly engine?: Engine | undefined;
  readonly permissions?: Permissions | undefined;
  readonly content_digest?: string | undefined;
  readonly license?: string | undefined;
  readonly homepage?: string | undefined;
  readonly repository?: string | undefined;
  readonly keywords?: readonly string[] | undefined;
  readonly [extension: `x-${string}`]: JsonValue | undefined;
}

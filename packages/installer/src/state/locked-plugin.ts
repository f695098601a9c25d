import type { MadeManifest } from './made-manifest.js';

/** What the lock says of one installed plugin; formats.md "agentmesh.lock". */
export interface LockedPlugin {
  readonly version: string;
  /** Where it was asked for: `registry://NAME`, `local://SPEC`. */
  readonly source: string;
  /** The same with its reference pinned: `registry://NAME@1.0.0`. */
  readonly resolved: string;
  readonly revision?: string;
  /** `h1:` digest of the installed files. */
  readonly content_digest: string;
  /** SRI of the archive it came in, where there was one. */
  readonly integrity?: string;
  /** The trusted key that signed it; absent where nothing was checked. */
  readonly key_id?: string;
  /** What runs it if it is JavaScript: found out when it was installed. */
  readonly engine?: 'quickjs' | 'node';
  /** The dependencies of its manifest, as written there. */
  readonly dependencies: readonly string[];
  /** True for what the user asked for, false for what only others need. */
  readonly requested: boolean;
  /** True for a folder under development, whose content may change under one version. Absent otherwise. */
  readonly unpinned?: boolean;
  /** The manifest that was made for a plugin without `agent-plugin.yaml`. */
  readonly made_manifest?: MadeManifest;
}

/** The lock of a generation, by plugin name. */
export type Lock = ReadonlyMap<string, LockedPlugin>;

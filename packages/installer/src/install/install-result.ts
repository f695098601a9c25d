import type { Finding } from '@agentmesh/errors';
import type { PluginManifest } from '@agentmesh/manifest';

/** What one call of `install` is asked beside the name. */
export interface InstallOptions {
  /** A version (`1.2.0`) or a range (`>=1.0.0,<2.0.0`). */
  readonly version?: string | undefined;
  /** False skips signature and trust, never the digest (default true). */
  readonly verify?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What is known of a plugin's signature: `verified` by a trusted key; `unverified`, since no trusted keys were given;
 * `skipped` with `verify: false`.
 */
export type Verification = 'verified' | 'unverified' | 'skipped';

/** What an install did to one plugin: `healed` is the same version brought anew, because its files had been changed. */
export type Change = 'installed' | 'updated' | 'kept' | 'healed';

/** One plugin of an install. */
export interface PlacedPlugin {
  readonly name: string;
  readonly version: string;
  readonly change: Change;
  /** Where it was asked for. */
  readonly source: string;
  /** The same, pinned. */
  readonly resolved: string;
  /** `h1:` digest of its files. */
  readonly digest: string;
  /** The trusted key that signed it. */
  readonly keyId?: string;
  readonly verification: Verification;
  /** True when it has no file but its manifest. */
  readonly manifestOnly: boolean;
  /** Warnings: a deprecated version, a key of the manifest that was left out, a source file that was not scanned. */
  readonly findings: readonly Finding[];
}

/** What `install` answers. */
export interface InstallResult {
  /** `<pluginsDir>/<name>` of what was asked for. */
  readonly path: string;
  readonly manifest: PluginManifest;
  readonly verification: Verification;
  readonly manifestOnly: boolean;
  /** What was asked for first, then its dependencies by name. */
  readonly installed: readonly PlacedPlugin[];
}

import type { TreeDifference } from '@agentmesh/artifact';
import type { PluginManifest } from '@agentmesh/manifest';

/**
 * One way in which an installed plugin is not what was installed. `record`: the installer's own notes, the manifest's digest or
 * its signature contradict each other.
 */
export interface InstalledDifference {
  /** A file of the plugin, or, for `record`, the file of the workspace that is wrong. */
  readonly path: string;
  readonly kind: TreeDifference['kind'] | 'record';
  /** What is wrong, where the kind does not say it all. */
  readonly detail?: string;
}

/** What is known of an installed plugin's signature: checked anew with trusted keys, `unverified` without them. */
export type InstalledVerification = 'verified' | 'unverified' | 'refused';

/** What re-hashing an installed plugin showed. */
export interface VerificationReport {
  readonly name: string;
  readonly version: string;
  /** True when nothing differs. */
  readonly intact: boolean;
  readonly differences: readonly InstalledDifference[];
  readonly verification: InstalledVerification;
  /** Why the trusted keys refuse it. */
  readonly problem?: { readonly code: string; readonly message: string };
  /** The trusted key that signed it. */
  readonly keyId?: string;
  /** `h1:` digest that was installed. */
  readonly digest: string;
  /** True when it has no file but its manifest. */
  readonly manifestOnly: boolean;
}

/** An installed plugin: what the lock says of it, and what re-hashing its files showed. */
export interface InstalledPlugin extends VerificationReport {
  /** `<pluginsDir>/<name>` */
  readonly path: string;
  /** Absent when the installed manifest cannot be read. */
  readonly manifest?: PluginManifest;
  readonly source: string;
  readonly resolved: string;
  readonly revision?: string;
  /** SRI of the archive it came in. */
  readonly integrity?: string;
  readonly dependencies: readonly string[];
  /** True for what the user asked for, false for what only others need. */
  readonly requested: boolean;
  /** True for a plugin without `agent-plugin.yaml`: its manifest was made when it came, and nobody can have signed it. */
  readonly foreign?: boolean;
  /** True for a folder under development. */
  readonly unpinned?: boolean;
}

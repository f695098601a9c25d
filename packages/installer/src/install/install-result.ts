import type { TreeFile } from '@agentmesh/artifact';
import type { Finding } from '@agentmesh/errors';
import type { Permissions, PluginManifest } from '@agentmesh/manifest';
import type { PermissionDiff } from '../project/permission-diff.js';
import type { InstallPlan } from './install-plan.js';

/** What every change that brings plugins is asked. */
export interface ChangeOptions {
  /** False skips signature and trust, never the digest (default true). */
  readonly verify?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Takes an older version than the one that is installed (default false). */
  readonly allowDowngrade?: boolean | undefined;
  /** Takes other files under a version that is installed or locked already (default false). */
  readonly allowRetag?: boolean | undefined;
  /** Grants whatever the plugins ask for, without a question (default false). Means nothing without a project. */
  readonly allowPermissions?: boolean | undefined;
  /** Asked when a plugin wants more than it was granted; true grants it. Without it that is refused. */
  readonly confirm?: ((plan: InstallPlan) => Promise<boolean>) | undefined;
  /** Told what is about to happen, when everything was checked. */
  readonly onPlan?: ((plan: InstallPlan) => void) | undefined;
  /** Told of the files of every plugin that is new, when all were checked; they lie there until it ends. Only asked with `dryRun`. */
  readonly onStaged?: ((plugins: readonly StagedTree[]) => Promise<void>) | undefined;
  /** Stops before anything is written (default false). */
  readonly dryRun?: boolean | undefined;
  /** Fetches nothing from sources but those of `offlineSchemes`; what the store has is taken from there (default false). */
  readonly offline?: boolean | undefined;
}

/** A plugin that would be installed, where its files lie for the moment. */
export interface StagedTree {
  readonly dir: string;
  readonly manifest: PluginManifest;
  readonly files: readonly TreeFile[];
}

/** What one call of `install` is asked beside the names. */
export interface InstallOptions extends ChangeOptions {
  /** A version (`1.2.0`) or a range (`>=1.0.0,<2.0.0`), for a single name. */
  readonly version?: string | undefined;
}

/**
 * What is known of a plugin's signature: `verified` by a trusted key; `unverified`, since no trusted keys were given;
 * `skipped` with `verify: false`.
 */
export type Verification = 'verified' | 'unverified' | 'skipped';

/**
 * What an install did to one plugin. `healed`: the same version brought anew, because its files had been changed; `replaced`: other
 * files under the same version.
 */
export type Change = 'installed' | 'updated' | 'downgraded' | 'replaced' | 'kept' | 'healed';

/** One plugin of an install. */
export interface PlacedPlugin {
  readonly name: string;
  readonly version: string;
  readonly change: Change;
  /** The version and the digest that were there before. */
  readonly from?: { readonly version: string; readonly digest: string };
  /** Where it was asked for. */
  readonly source: string;
  /** The same, pinned. */
  readonly resolved: string;
  /** True for a folder under development. */
  readonly unpinned?: boolean;
  /** True for a plugin without `agent-plugin.yaml`: its manifest was made when it came, and nobody can have signed it. */
  readonly foreign?: boolean;
  /** `h1:` digest of its files. */
  readonly digest: string;
  /** Size of its files together. */
  readonly bytes: number;
  /** The trusted key that signed it. */
  readonly keyId?: string;
  readonly verification: Verification;
  /** True when it has no file but its manifest. */
  readonly manifestOnly: boolean;
  /** What it asks for. */
  readonly permissions?: Permissions;
  /** Against what was granted before; only with a project, and where they differ. */
  readonly permissionDiff?: PermissionDiff;
  /** What runs it if it is JavaScript. */
  readonly engine?: 'quickjs' | 'node';
  /** Warnings: a deprecated version, a key of the manifest that was left out, a source file that was not scanned. */
  readonly findings: readonly Finding[];
}

/** What a change came to. */
export interface ChangeResult extends InstallPlan {
  /** False when everything was as it should be, and with `dryRun`. */
  readonly changed: boolean;
}

/** What `install` answers. */
export interface InstallResult extends ChangeResult {
  /** `<pluginsDir>/<name>` of what was asked for first. */
  readonly path: string;
  readonly manifest: PluginManifest;
  readonly verification: Verification;
  readonly manifestOnly: boolean;
  /** The plugins of the plan under their older name. */
  readonly installed: readonly PlacedPlugin[];
}

import type { Finding } from '@agentmesh/errors';

/** What kind of thing was put somewhere. */
export type WrittenKind = 'skill' | 'server' | 'subagent' | 'graph' | 'memory';

/** One thing that a context put into a client. */
export interface WrittenItem {
  readonly kind: WrittenKind;
  /** Relative to the context's `targetDir`, `/`-separated; empty for what is only noted down. */
  readonly path: string;
  /** Which entry or block of the file; empty where the path says it all. */
  readonly name: string;
  /** Of what stands there. While it has this digest, it is ours. */
  readonly digest: string;
}

/** What an adapter brought into one client. Plain data: `JSON.parse(JSON.stringify(it))` equals it, so that a journal can keep it. */
export interface Activation {
  readonly shape: string;
  /** Name of the plugin. */
  readonly plugin: string;
  readonly version: string;
  readonly client: string;
  readonly scope: 'project' | 'user';
  /** In the order in which it was written. */
  readonly written: readonly WrittenItem[];
  /** What was left out, and why. */
  readonly findings: readonly Finding[];
}

/** What became of one thing that was to be removed. */
export type Removal = { readonly removed: true } | ({ readonly removed: false } & Kept);

/** Why a thing was kept. */
export interface Kept {
  /**
   * `changed`: somebody edited it; `unreadable`: what it is part of cannot be read; `outside`: it is not in the target
   * folder; `failed`: anything else.
   */
  readonly reason: 'changed' | 'unreadable' | 'outside' | 'failed';
  readonly message: string;
}

/** What taking back an activation did; every item of it is in one of the two lists. */
export interface Deactivation {
  readonly removed: readonly WrittenItem[];
  readonly kept: readonly (WrittenItem & Kept)[];
}

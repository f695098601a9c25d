import type { SourceResolver } from '@agentmesh/resolver';
import type { VersionSource } from '@agentmesh/resolver-registry';
import type { Settings } from '../settings.js';
import type { NetworkOptions } from './network-options.js';

/** What the resolvers of this program are made from; the costly parts are opened when one is first asked for. */
export interface SchemeContext {
  readonly settings: Settings;
  network(): Promise<NetworkOptions>;
  registry(): Promise<VersionSource>;
}

/** A scheme that this program brings along. */
export interface BuiltInScheme {
  readonly scheme: string;
  /** What stands behind `scheme://`. */
  readonly spec: string;
  readonly example: string;
  /** What pins it. */
  readonly pinned: string;
  /** The package that it comes from. */
  readonly package: string;
  load(context: SchemeContext): Promise<SourceResolver>;
}

import type { PlacedPlugin } from './install-result.js';

/** A plugin that a change takes away. */
export interface RemovedPlugin {
  readonly name: string;
  readonly version: string;
}

/** A version that was passed over. */
export interface RefusedPlugin extends RemovedPlugin {
  /** Why, as a predicate: `asks for net api.example.org:443, which was not granted`. */
  readonly reason: string;
}

/** What a change comes to: everything checked, nothing of it done yet. */
export interface InstallPlan {
  /** What was asked for first, then the others by name. */
  readonly plugins: readonly PlacedPlugin[];
  /** By name. */
  readonly removed: readonly RemovedPlugin[];
  readonly refused: readonly RefusedPlugin[];
}

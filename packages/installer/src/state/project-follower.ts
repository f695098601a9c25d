import type { Lock } from './locked-plugin.js';

/** A state of a workspace, as a {@link ProjectFollower} is told of it. */
export interface FollowedState {
  readonly number: number;
  readonly plugins: Lock;
}

/** Whoever keeps files in step with a workspace. Called while the workspace's lock is held. */
export interface ProjectFollower {
  /** Before a change: may refuse it by throwing. */
  before(current: FollowedState): Promise<void>;
  /** After a change that made a new generation. */
  after(before: FollowedState, now: FollowedState): Promise<void>;
}

import type { Generation } from '../state/generation.js';
import type { InstallContext } from './install-context.js';

/** One install under way, holding the workspace's lock. */
export interface InstallSession extends InstallContext {
  readonly current: Generation;
  /** A folder for its own use, removed afterwards. */
  readonly stage: string;
  /** Whether signature and trust count. */
  readonly verify: boolean;
  readonly signal: AbortSignal | undefined;
}

import type { Generation } from '../state/generation.js';
import type { Lock } from '../state/locked-plugin.js';
import type { InstallContext } from './install-context.js';
import type { InstallPlan } from './install-plan.js';
import type { ChangeOptions } from './install-result.js';

/** What whoever asks for a change lets it do. */
interface ChangeRules {
  readonly allowDowngrade?: boolean | undefined;
  readonly allowRetag?: boolean | undefined;
  readonly allowPermissions?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
  readonly onStaged?: ChangeOptions['onStaged'];
  readonly onPlan?: ((plan: InstallPlan) => void) | undefined;
  readonly confirm?: ((plan: InstallPlan) => Promise<boolean>) | undefined;
}

/** A version that was refused. */
export interface RefusedVersion {
  /** Permissions that were not granted. */
  readonly added: readonly string[];
  /** Why, as a predicate. */
  readonly reason: string;
}

/** One install under way, holding the workspace's lock. */
export interface InstallSession extends InstallContext {
  readonly current: Generation;
  /** A folder for its own use, removed afterwards. */
  readonly stage: string;
  /** Whether signature and trust count. */
  readonly verify: boolean;
  readonly signal: AbortSignal | undefined;
  /** What the change starts from: `agentmesh.lock` where the project has one; what is installed when unset. */
  readonly base?: Lock;
  readonly rules?: ChangeRules;
  /** True when nothing may be fetched over a network. */
  readonly offline?: boolean;
  /** True when the lock stays as it is. */
  readonly frozen?: boolean;
  /** Versions that were refused for what they ask for, by `name version`. */
  readonly refused?: ReadonlyMap<string, RefusedVersion>;
}

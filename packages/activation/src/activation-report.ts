import type { KeptTarget, Target } from '@agentmesh/clients';
import type { Finding } from '@agentmesh/errors';
import type { Activation } from '@agentmesh/shape';

/** What became of one plugin in one client. */
export interface ActivatedPlugin {
  readonly plugin: string;
  readonly client: string;
  /** By shape: what stands there, or would with `dryRun`. */
  readonly activations: readonly Activation[];
  /** What stood there before and is gone. */
  readonly removed: readonly Target[];
  /** What was to go and was left, and why. */
  readonly kept: readonly KeptTarget[];
  /** Everything that was left out, and why; those of the activations among them. */
  readonly findings: readonly Finding[];
}

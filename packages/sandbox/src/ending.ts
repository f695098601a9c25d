import type { BoxExit } from './drivers/driver.js';
import type { PluginSandboxError } from './plugin-sandbox-error.js';
import type { Frame } from './protocol/frame.js';

/** What brought a call, or a guest that is none's yet, to its end, as the host saw it. The first thing counts. */
export type Ending =
  | { readonly kind: 'answer'; readonly frame: Frame }
  | { readonly kind: 'aborted'; readonly reason: unknown }
  | { readonly kind: 'broken'; readonly error: PluginSandboxError }
  | {
      readonly kind: 'exit';
      readonly exit: BoxExit;
      readonly wasReady: boolean;
      readonly peakMemory: number | undefined;
    }
  | { readonly kind: 'memory' | 'output' | 'slow-start' | 'timeout' };

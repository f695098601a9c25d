import type { CallTimings } from './call-outcome.js';
import type { CallPlan } from './plan-call.js';
import type { AnswerFetch, GuestAnswer } from './pool/guest-call.js';
import type { Guests } from './pool/guests.js';
import { encodeFrame } from './protocol/encode-frame.js';
import { FrameKind } from './protocol/frame.js';
import type { CallMessage } from './protocol/messages.js';
import type { SandboxLimits } from './sandbox-limits.js';
import type { Setup } from './setup.js';

const SCRATCH = '/scratch';

/** One call, planned. */
export interface PlannedCall {
  readonly plan: CallPlan;
  /** Null loads the plugin only. */
  readonly function: string | null;
  /** JSON text. */
  readonly input: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly answerFetch?: AnswerFetch | undefined;
}

/** What {@link runCall} runs with. */
export interface RunContext {
  readonly guests: Guests;
  readonly setup: Setup;
  readonly limits: SandboxLimits;
}

/**
 * Hands a call to a guest and waits for the answer.
 *
 * @throws PluginSandboxError for every end without an answer
 */
export async function runCall(
  call: PlannedCall,
  { guests, setup, limits }: RunContext,
): Promise<GuestAnswer & { readonly timings: Omit<CallTimings, 'verify'> }> {
  const asked = performance.now();
  const { guest, isOwn } = await guests.acquire(setup, call.plan, call);
  const handed = performance.now();
  const start = guest.calls === 0 ? Math.min(handed - asked, guest.startMs) : 0;
  try {
    const { plan, timeoutMs, signal, answerFetch } = call;
    const { memoryBytes } = plan.permissions;
    const bytes = encodeFrame(FrameKind.call, callText(call, limits));
    const answer = await guest.call({ plugin: plan.plugin, bytes, timeoutMs, memoryBytes, signal, answerFetch });
    const run = performance.now() - handed;
    return { ...answer, timings: { queue: handed - asked - start, start, run } };
  } finally {
    if (isOwn) await guest.close();
  }
}

/** The input is JSON already: it is put in as it is. */
function callText(call: PlannedCall, { resultBytes, errorUnits }: SandboxLimits): string {
  const { env, memoryBytes, scratchBytes, reads } = call.plan.permissions;
  const message: Omit<CallMessage, 'input'> = {
    function: call.function,
    resultBytes,
    errorUnits,
    fetch: call.answerFetch !== undefined,
    env,
    memoryBytes,
    ...(scratchBytes === undefined ? {} : { scratch: SCRATCH }),
    ...(reads.length === 0 ? {} : { reads: reads.map(({ inside }) => inside) }),
  };
  return `${JSON.stringify(message).slice(0, -1)},"input":${call.input}}`;
}

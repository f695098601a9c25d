import type { CallOutcome } from '@agentmesh/sandbox';
import { style } from './style.js';

/** One line on where the time of a call went. */
export function callTimes({ timings, timeMs, engine, isolation }: CallOutcome): string {
  const parts = [
    ['verified', timings.verify],
    ['waited', timings.queue],
    ['started a guest', timings.start],
    ['ran', timings.run],
  ] as const;
  const shown = parts.map(([what, ms]) => `${what} ${ms.toFixed(1)} ms`).join(', ');
  return style('dim', `${timeMs.toFixed(1)} ms in all: ${shown} (${engine}, ${isolation})`);
}

import type { Answer, Subject } from './subject.js';

/** How one call ended. */
export interface Settled {
  readonly answer?: Answer;
  readonly thrown?: unknown;
  /** From the call to its end. */
  readonly ms: number;
}

/** Everything that can be seen of one case. */
export interface Evidence {
  readonly settled: readonly Settled[];
  /** Channels on which a trap was contacted, and what came. */
  readonly contacts: readonly string[];
  /** Entries of the watched folders that were made, changed or removed. */
  readonly changedFiles: readonly string[];
  /** What a host saw beside it; only where the case runs alone. */
  readonly alone?: AloneEvidence;
}

/** What can be blamed on a case only when nothing else runs. */
export interface AloneEvidence {
  /** Most guest memory beyond that of an honest guest at rest, in bytes. */
  readonly guestBytes: number;
  /** Most memory of the host's own beyond that before the call, in bytes. */
  readonly hostBytes: number;
  /** Most processes of guests at one time beyond those of an honest call. */
  readonly extraProcesses: number;
  /** Longest time for which the host's timers stood still, in milliseconds. */
  readonly hostStallMs: number;
  /** Listening ports that were not there before. */
  readonly ports: readonly number[];
  /** Guests that still ran a second after the reply. */
  readonly survivors: number;
}

/** Calls, and takes whatever comes. A call that never settles is given up after `patienceMs`. */
export async function settle(
  subject: Subject,
  call: Parameters<Subject['execute']>[0],
  patienceMs: number,
): Promise<Settled> {
  const started = performance.now();
  const over = () => performance.now() - started;
  let timer: NodeJS.Timeout | undefined;
  const impatience = new Promise<Settled>((resolve) => {
    timer = setTimeout(() => resolve({ ms: Number.POSITIVE_INFINITY }), patienceMs);
  });
  const end = subject.execute(call).then(
    (answer): Settled => ({ answer, ms: over() }),
    (thrown: unknown): Settled => ({ thrown, ms: over() }),
  );
  const settled = await Promise.race([end, impatience]);
  clearTimeout(timer);
  return settled;
}

/** Everything a call lets out, as text: where canaries are looked for. */
export function observable(settled: readonly Settled[]): string {
  return settled.map(({ answer, thrown }) => `${JSON.stringify(answer)}\n${describe(thrown)}`).join('\n');
}

function describe(thrown: unknown, depth = 0): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const inner = depth < 3 ? describe(thrown.cause, depth + 1) : '';
  return [thrown.name, thrown.message, thrown.stack, JSON.stringify(thrown), inner].join('\n');
}

import { watchAlone } from './alone.js';
import type { EngineName } from './engine-name.js';
import type { EscapeCase } from './escape-case.js';
import { type Evidence, type Settled, settle } from './evidence.js';
import { installCase, substitute } from './install-case.js';
import { CORPUS_LIMITS, findBreach } from './judge.js';
import type { Subject } from './subject.js';
import { canary, setTraps, type Traps } from './traps.js';
import { watchFolders } from './watch-folders.js';

/** What came of one case. */
export interface CaseReport {
  readonly id: string;
  /** Why it was not contained. */
  readonly breach?: string;
  /** How its calls ended, shortly. */
  readonly ended: string;
}

/** Where and on what a case runs. */
export interface Arena {
  readonly subject: Subject;
  readonly engine: EngineName;
  readonly pluginsDir: string;
  /** What the host's environment holds. */
  readonly env: string;
  /** Name of a plugin that gives back its input. */
  readonly honest: string;
  /** Nothing else runs meanwhile: memory, processes and ports are watched too. */
  readonly alone?: boolean;
}

const PATIENCE_MS = CORPUS_LIMITS.wallMs + 5000;

/** Runs one case, and an honest call after it, and judges what was seen. */
export async function runCase(attack: EscapeCase, arena: Arena): Promise<CaseReport> {
  const traps = await setTraps(arena.pluginsDir);
  try {
    const root = await installCase({ attack, ...arena, traps });
    const changed = watchFolders([root, traps.outsideDir, traps.secretDir]);
    const alone = arena.alone === true ? await watchAlone(arena) : undefined;
    const settled = await callAsTold(attack, arena, traps);
    const seen = await alone?.finish();
    if (attack.oracle.afterMs !== undefined) await pause(attack.oracle.afterMs);
    const evidence: Evidence = {
      settled,
      contacts: traps.contacts,
      changedFiles: changed(),
      ...(seen === undefined ? {} : { alone: seen }),
    };
    const breach = findBreach(attack, evidence, { traps, env: arena.env }) ?? (await findHarmDone(arena));
    return { id: attack.id, ended: settled.map(shortly).join('; '), ...(breach === undefined ? {} : { breach }) };
  } finally {
    await traps.close();
  }
}

/** Carry-over and next-call cases call twice, on the same sandbox. */
async function callAsTold(attack: EscapeCase, { subject }: Arena, traps: Traps): Promise<Settled[]> {
  const call = {
    plugin: substitute(attack.call?.plugin ?? attack.id, traps),
    function: attack.call?.entry ?? attack.entry,
    input: attack.call?.input ?? traps.input,
  };
  const first = await settle(subject, call, PATIENCE_MS);
  const isTwice = attack.oracle.kind === 'carryover' || attack.oracle.kind === 'reply-self';
  return isTwice ? [first, await settle(subject, call, PATIENCE_MS)] : [first];
}

/** Later calls have to be unharmed: an honest plugin gives its own answer. */
async function findHarmDone({ subject, honest }: Arena): Promise<string | undefined> {
  const nonce = canary();
  const { answer, thrown } = await settle(subject, { plugin: honest, function: 'run', input: { nonce } }, PATIENCE_MS);
  if (JSON.stringify(answer?.result) === JSON.stringify({ nonce })) return undefined;
  return `a later call was harmed: ${thrown === undefined ? JSON.stringify(answer).slice(0, 300) : String(thrown)}`;
}

function shortly({ answer, thrown, ms }: Settled): string {
  const what =
    thrown === undefined
      ? JSON.stringify(answer?.error ?? answer?.result ?? null)
      : `${(thrown as { code?: string }).code} ${String(thrown)}`;
  return `${what.slice(0, 160)} (${Math.round(ms)} ms)`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

import { isDeepStrictEqual } from 'node:util';
import { isMarketplaceError } from '@agentmesh/errors';
import type { EscapeCase, OracleKind } from './escape-case.js';
import { type AloneEvidence, type Evidence, observable, type Settled } from './evidence.js';
import type { Traps } from './traps.js';

/** The limits that the corpus suggests. */
export const CORPUS_LIMITS = {
  wallMs: 3000,
  memoryBytes: 256 * 1_048_576,
  logBytes: 4 * 1_048_576,
  resultBytes: 1_048_576,
} as const;

/** After the wall limit a call has so long to settle. */
const GRACE_MS = 1000;
const HOST_BUFFER_BYTES = 64 * 1_048_576;
const STALL_MS = 1000;

/** What a judge knows beside the evidence. */
export interface Secrets {
  readonly traps: Pick<Traps, 'canaries'>;
  readonly env: string;
}

type Judge = (attack: EscapeCase, evidence: Evidence) => string | undefined;

/**
 * Why a case counts as not contained, or undefined. What would be a breach in any case (a canary, a contact, a changed file, a
 * call that does not settle) is one in every case.
 */
export function findBreach(attack: EscapeCase, evidence: Evidence, secrets: Secrets): string | undefined {
  return (
    findLeak(attack, evidence, secrets) ??
    evidence.contacts.map((contact) => `contact: ${contact.slice(0, 60)}`)[0] ??
    evidence.changedFiles.map((path) => `changed: ${path}`)[0] ??
    findUnsettled(evidence.settled) ??
    (evidence.alone === undefined ? undefined : findHarm(attack, evidence.alone)) ??
    JUDGES[attack.oracle.kind]?.(attack, evidence)
  );
}

const JUDGES: Partial<Record<OracleKind, Judge>> = {
  reply: (attack, { settled }) => forbidden(attack.oracle.forbid, settled),
  'reply-self': (_, { settled }) => forbidden('SPOOFED', settled),
  'reply-top': (attack, { settled }) =>
    settled.some(({ answer }) => answer?.result === attack.oracle.forbid) ? 'the envelope was forged' : undefined,
  'must-error': (_, { settled }) =>
    settled.some(({ answer }) => answer !== undefined && answer.error === undefined) ? 'a result' : undefined,
  carryover: (attack, { settled }) => forbidden(attack.oracle.expect, settled.slice(1)),
  pollution: (attack, { settled }) => findPollution(attack.oracle.key ?? '', settled),
  equals: (attack, { settled }) =>
    settled.every(({ answer }) => isDeepStrictEqual(answer?.result, attack.oracle.value)) ? undefined : 'it differs',
};

function findLeak(attack: EscapeCase, { settled, contacts }: Evidence, { traps, env }: Secrets): string | undefined {
  const seen = `${observable(settled)}\n${contacts.join('\n')}`;
  const { file, dirname } = traps.canaries;
  const parts = attack.oracle.canary === 'file-part' ? ['SECRETKEY', ...windows(file, 8)] : [];
  const leaked = [file, dirname, env, ...parts].find((canary) => seen.includes(canary));
  return leaked === undefined ? undefined : 'a canary was seen';
}

function windows(text: string, size: number): string[] {
  return Array.from({ length: text.length - size + 1 }, (_, start) => text.slice(start, start + size));
}

/** A call has to end in time, by exactly one of result and error, or by an error of ours. */
function findUnsettled(settled: readonly Settled[]): string | undefined {
  for (const { answer, thrown, ms } of settled) {
    if (ms > CORPUS_LIMITS.wallMs + GRACE_MS) return `unsettled after ${Math.round(ms)} ms`;
    if (thrown !== undefined && !isMarketplaceError(thrown)) return `the host threw ${String(thrown).slice(0, 80)}`;
    if (answer !== undefined && 'result' in answer === 'error' in answer) return 'not one of result and error';
  }
  return undefined;
}

function findHarm(attack: EscapeCase, alone: AloneEvidence): string | undefined {
  if (alone.survivors > 0) return `${alone.survivors} processes survived`;
  if (alone.extraProcesses > 0) return `${alone.extraProcesses} more processes`;
  if (alone.ports.length > 0) return `listening on ${alone.ports.join()}`;
  if (alone.hostStallMs > STALL_MS) return `the host stood still for ${Math.round(alone.hostStallMs)} ms`;
  if (alone.hostBytes > HOST_BUFFER_BYTES) return `the host took ${mib(alone.hostBytes)} MiB`;
  const most = CORPUS_LIMITS.memoryBytes * 1.25;
  if (attack.oracle.kind === 'mem' && alone.guestBytes > most) return `the guest took ${mib(alone.guestBytes)} MiB`;
  return undefined;
}

function mib(bytes: number): number {
  return Math.round(bytes / 1_048_576);
}

function forbidden(text: string | undefined, settled: readonly Settled[]): string | undefined {
  if (text === undefined) throw new TypeError('the case names nothing to look for');
  return settled.some(({ answer }) => (JSON.stringify(answer?.result) ?? '').includes(text))
    ? `saw ${text}`
    : undefined;
}

function findPollution(key: string, settled: readonly Settled[]): string | undefined {
  if (key in Object.prototype) return `Object.prototype.${key}`;
  return settled.some(({ answer }) => !isPlain(answer?.result)) ? 'a prototype that is not the default' : undefined;
}

function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  const prototype = Object.getPrototypeOf(value);
  return [Object.prototype, Array.prototype].includes(prototype) && Object.values(value).every(isPlain);
}

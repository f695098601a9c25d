import { MarketplaceError, printable } from '@agentmesh/errors';

/**
 * Asks one question of a policy and returns only when the answer is `{ allow: true }`.
 *
 * @param subject what the question is about, for messages
 * @param signal ends the wait for an answer, with its reason
 * @throws MarketplaceError `POLICY_DENIED` naming the rule, also when the policy throws or answers something else
 */
export async function askPolicy(
  subject: string,
  question: () => unknown,
  signal: AbortSignal | undefined,
): Promise<void> {
  let answer: unknown;
  try {
    answer = await unlessAborted(question(), signal);
  } catch (cause) {
    signal?.throwIfAborted();
    throw denied(subject, { rule: 'policy-failed', reason: 'the policy itself failed' }, cause);
  }
  if (hasKey(answer, 'deny')) throw denied(subject, { rule: ruleOf(answer), reason: String(answer.deny) });
  if (hasKey(answer, 'allow') && answer.allow === true) return;
  throw denied(subject, {
    rule: 'policy-answer',
    reason: 'the policy answered neither { allow: true } nor { deny, rule }',
  });
}

/** A policy may take as long as it likes, an abort must not wait for it. */
async function unlessAborted(answer: unknown, signal: AbortSignal | undefined): Promise<unknown> {
  if (signal === undefined) return answer;
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([answer, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function hasKey<K extends string>(value: unknown, key: K): value is Record<K, unknown> {
  return typeof value === 'object' && value !== null && key in value;
}

function ruleOf(answer: object): string {
  return 'rule' in answer && typeof answer.rule === 'string' ? answer.rule : 'unnamed';
}

function denied(
  subject: string,
  why: { readonly rule: string; readonly reason: string },
  cause?: unknown,
): MarketplaceError {
  const message = `Policy rule ${printable(why.rule)} refuses ${printable(subject, 300)}: ${printable(why.reason, 500)}`;
  return new MarketplaceError(message, {
    code: 'POLICY_DENIED',
    hint: 'Choose another plugin, or ask whoever keeps the policy.',
    cause,
  });
}

import { MarketplaceError, printable } from '@agentmesh/errors';

/**
 * Asks one question of a policy and returns only when the answer is `{ allow: true }`.
 *
 * @param subject what the question is about, for messages
 * @throws MarketplaceError `POLICY_DENIED` naming the rule, also when the policy throws or answers something else
 */
export async function askPolicy(subject: string, question: () => unknown): Promise<void> {
  let answer: unknown;
  try {
    answer = await question();
  } catch (cause) {
    throw denied(subject, { rule: 'policy-failed', reason: 'the policy itself failed' }, cause);
  }
  if (hasKey(answer, 'deny')) throw denied(subject, { rule: ruleOf(answer), reason: String(answer.deny) });
  if (hasKey(answer, 'allow') && answer.allow === true) return;
  throw denied(subject, {
    rule: 'policy-answer',
    reason: 'the policy answered neither { allow: true } nor { deny, rule }',
  });
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

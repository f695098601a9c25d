import type { ContractCheck } from '@agentmesh/testkit';
import { expect } from 'vitest';

/** Runs the check of that name, which has to fail, and not by a slip of its own. */
export async function expectBroken(checks: readonly ContractCheck[], name: string): Promise<void> {
  const check = checks.find((each) => each.name === name);
  expect(check, `there is no check "${name}"`).toBeDefined();
  const outcome = await check?.run().then(
    () => 'passed',
    (error: unknown) => error,
  );
  expect(outcome, `"${name}" did not see the fault`).toBeInstanceOf(Error);
  for (const slip of [TypeError, ReferenceError, RangeError]) expect(outcome).not.toBeInstanceOf(slip);
}

import type { ContractCheck } from '../contract-check.js';
import { basicChecks } from './basic-checks.js';
import { cancellationChecks } from './cancellation-checks.js';
import { hostileChecks } from './hostile-checks.js';
import { limitChecks } from './limit-checks.js';
import { parallelChecks } from './parallel-checks.js';
import { pinChecks } from './pin-checks.js';
import type { ResolverContract } from './resolver-contract.js';
import { secretChecks } from './secret-checks.js';
import { transferChecks } from './transfer-checks.js';

/**
 * The contract of `SourceResolver` as checks. They work in folders of their own below the system's temporary folder and
 * remove them; servers and credentials that the resolver needs are the caller's business. What a scheme can show is more
 * than what every scheme must: the optional fields of the contract add checks.
 */
export function checkResolver(contract: ResolverContract): ContractCheck[] {
  return [
    ...basicChecks(contract),
    ...hostileChecks(contract),
    ...limitChecks(contract),
    ...cancellationChecks(contract),
    ...parallelChecks(contract),
    ...transferChecks(contract),
    ...pinChecks(contract),
    ...secretChecks(contract),
  ];
}

import type { ContractCheck } from '../contract-check.js';
import { activationChecks } from './activation-checks.js';
import { findingChecks } from './finding-checks.js';
import { hostileFileChecks } from './hostile-file-checks.js';
import type { ShapeContract } from './shape-contract.js';
import { undoChecks } from './undo-checks.js';

/**
 * The contract of `ShapeAdapter` as checks. They work in folders of their own below the system's temporary folder and
 * remove them; the client is one of `createFolderContext`.
 */
export function checkShape(contract: ShapeContract): ContractCheck[] {
  return [
    ...findingChecks(contract),
    ...activationChecks(contract),
    ...undoChecks(contract),
    ...hostileFileChecks(contract),
  ];
}

import { type Finding, printable } from '@agentmesh/errors';
import type { OwnedTarget, Target } from '../journal/owned-target.js';
import type { ChangeFinding, KeptTarget } from './change.js';
import { findPathFault } from './path-fault.js';

/** A thing of that name is there already, and not from this plugin; it is never overwritten. */
export function alreadyThere(target: OwnedTarget, owner: 'user' | 'plugin'): ChangeFinding {
  const message =
    owner === 'plugin'
      ? 'The plugin has two of this name; the first one counts'
      : 'There is one of this name already that this plugin did not bring; it was left as it is. Rename or remove it to get this one';
  return findingOf(target, `${target.kind}-exists`, 'error', message);
}

/** A thing of ours was edited; the edit wins over the new version. */
export function changedByUser(target: OwnedTarget): ChangeFinding {
  return findingOf(
    target,
    `${target.kind}-changed`,
    'warning',
    'It was edited since it was put there, and was left as it is',
  );
}

/** Says why a thing stays. */
export function keptBecause(target: Target, reason: KeptTarget['reason'], message?: string): KeptTarget {
  const { kind, path, name } = target;
  return { kind, path, name, reason, message: message ?? 'It was edited since it was put there' };
}

/**
 * What stood in the way of one thing, as a finding.
 *
 * @throws the error itself where the fault is not in what was found there
 */
export function refusalOf(error: unknown, target: OwnedTarget): ChangeFinding {
  const fault = findPathFault(error);
  if (fault === undefined) throw error;
  return findingOf(target, fault.code, 'error', fault.message);
}

/** A finding about a target. */
function findingOf(target: OwnedTarget, code: string, severity: Finding['severity'], message: string): ChangeFinding {
  const path = target.name === '' ? target.path : `${target.path}#${target.name}`;
  return { code, severity, path: printable(path), message, shape: target.shape };
}

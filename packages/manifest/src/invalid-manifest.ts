import { MarketplaceError, printable } from '@agentmesh/errors';
import type { Problems } from './problems.js';

/**
 * The `MANIFEST_INVALID` error that carries all problems of one manifest together, warnings included: a key that was left out
 * may be why another one is missing.
 */
export function invalidManifest(problems: Problems, path: string): MarketplaceError {
  const errors = problems.findings.filter((finding) => finding.severity === 'error').length;
  const count = errors === 1 ? 'a problem' : `${errors} problems`;
  return new MarketplaceError(`${printable(path)} is no valid plugin manifest, it has ${count}:`, {
    code: 'MANIFEST_INVALID',
    hint: 'Correct what is listed; @agentmesh/manifest/schema.json lets an editor check it while you type.',
    findings: problems.findings,
  });
}

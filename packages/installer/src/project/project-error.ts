import { basename } from 'node:path';
import { type Finding, MarketplaceError, printable } from '@agentmesh/errors';

/** A file of a project that cannot be used, with every problem found in it. */
export function projectError(
  code: 'PROJECT_INVALID' | 'PERMISSIONS_INVALID' | 'LOCK_INVALID',
  path: string,
  findings: readonly Finding[],
): MarketplaceError {
  const hints = {
    PROJECT_INVALID: 'Correct it by hand; its keys are listed in the README of @agentmesh/installer.',
    PERMISSIONS_INVALID: 'Take back what changed it, or delete it and grant again: agentmesh plugin install',
    LOCK_INVALID: 'After a merge, take one side of it whole and run: agentmesh plugin install',
  };
  const message = `${printable(path, 500)} cannot be used:`;
  const placed = findings.map((finding) => (finding.path === '' ? { ...finding, path: basename(path) } : finding));
  const sorted = placed.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return new MarketplaceError(message, { code, hint: hints[code], findings: sorted });
}

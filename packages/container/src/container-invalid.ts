import { type Finding, MarketplaceError, printable } from '@agentmesh/errors';

/** The error for a container whose own rules refuse it; it carries every finding. */
export function containerInvalid(path: string, findings: readonly Finding[]): MarketplaceError {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const count = errors === 1 ? 'a problem' : `${errors} problems`;
  return new MarketplaceError(`${printable(path)} is no valid plugin manifest, it has ${count}:`, {
    code: 'MANIFEST_INVALID',
    hint: 'Ask the author of the plugin to correct what is listed, or correct it in a copy of your own.',
    findings,
  });
}

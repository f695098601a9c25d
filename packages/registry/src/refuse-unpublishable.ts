import { MarketplaceError, printable } from '@agentmesh/errors';
import { checkPublishable, type PluginManifest } from '@agentmesh/manifest';

/**
 * Stands before a manifest is listed.
 *
 * @throws MarketplaceError `MANIFEST_INVALID` with what keeps it from being published
 */
export function refuseUnpublishable(manifest: PluginManifest): void {
  const findings = checkPublishable(manifest).filter((finding) => finding.severity === 'error');
  if (findings.length === 0) return;
  throw new MarketplaceError(`${printable(manifest.name)} ${printable(manifest.version)} cannot be published:`, {
    code: 'MANIFEST_INVALID',
    hint: 'Correct what is listed; a manifest that is published has to be plainer than one that is only read.',
    findings,
  });
}

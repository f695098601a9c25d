import { MarketplaceError, printable } from '@agentmesh/errors';
import type { CheckFiles, PackedPlugin } from './registry-options.js';

/**
 * Stands before the files of a plugin are published.
 *
 * @throws MarketplaceError `NOT_PUBLISHABLE` with what keeps them from being published
 */
export async function refuseFiles(checkFiles: CheckFiles | undefined, plugin: PackedPlugin): Promise<void> {
  const findings = (await checkFiles?.(plugin)) ?? [];
  const errors = findings.filter((finding) => finding.severity === 'error');
  if (errors.length === 0) return;
  throw new MarketplaceError(`The files of ${printable(plugin.manifest.name)} cannot be published:`, {
    code: 'NOT_PUBLISHABLE',
    hint: 'Correct what is listed, sign again, and publish.',
    findings: errors,
  });
}

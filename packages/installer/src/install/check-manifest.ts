import { MarketplaceError, printable } from '@agentmesh/errors';
import { checkPublishable, type PluginManifest } from '@agentmesh/manifest';

/**
 * Holds a manifest to the publishing rules of formats.md.
 *
 * @throws MarketplaceError `MANIFEST_INVALID` with every problem as a finding
 */
export function checkManifest(manifest: PluginManifest): void {
  const errors = checkPublishable(manifest).filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  throw new MarketplaceError(
    `The manifest of ${printable(manifest.name)} breaks rules that an installed plugin must keep:`,
    {
      code: 'MANIFEST_INVALID',
      hint: "The plugin's author can correct what is listed and publish it again.",
      findings: errors,
    },
  );
}

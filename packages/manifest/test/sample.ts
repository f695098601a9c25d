import { isMarketplaceError, type MarketplaceError } from '@agentmesh/errors';
import { createManifest, type ManifestFields, type PluginManifest } from '@agentmesh/manifest';

export const REQUIRED: ManifestFields = {
  name: 'sample-plugin',
  version: '1.0.0',
  description: 'Sample plugin',
  author: 'alice@example.com',
  plugin_type: 'validator',
};

/** A valid manifest with some fields of its own. */
export function sample(fields: Partial<ManifestFields> = {}): PluginManifest {
  return createManifest({ ...REQUIRED, ...fields });
}

/** The text of a manifest file whose lines 1–5 are the required fields. */
export function yamlWith(...lines: readonly string[]): string {
  const required = Object.entries(REQUIRED).map(([key, value]) => `${key}: ${String(value)}`);
  return [...required, ...lines, ''].join('\n');
}

/** The error of agentmesh that the work throws. */
export function errorOf(work: () => unknown): MarketplaceError {
  try {
    work();
  } catch (error) {
    if (isMarketplaceError(error)) return error;
    throw error;
  }
  throw new Error('expected a MarketplaceError, nothing was thrown');
}

/** `code path:line` of every finding of the error that the work throws, in their order. */
export function findingsOf(work: () => unknown): readonly string[] {
  return errorOf(work).findings.map(({ code, path, line }) => `${code} ${path}${line === undefined ? '' : `:${line}`}`);
}

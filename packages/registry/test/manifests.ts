import { createManifest, type ManifestFields, type PluginManifest } from '@agentmesh/manifest';

/** A manifest of which only what matters to the test is said. */
export function manifestOf(fields: Partial<ManifestFields> = {}): PluginManifest {
  return createManifest({
    name: 'word-counter',
    version: '1.0.0',
    description: 'Counts words',
    author: 'alice@example.com',
    plugin_type: 'validator',
    ...fields,
  });
}

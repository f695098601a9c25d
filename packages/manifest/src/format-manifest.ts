import { FIELDS } from './fields.js';
import { formatYamlMember } from './format-yaml-member.js';
import { isExtensionKey } from './is-extension-key.js';
import type { JsonValue, PluginManifest } from './plugin-manifest.js';

/**
 * The text of `agent-plugin.yaml`: what a person looks for first stands first, the signature last, unset fields are left
 * out. YAML 1.1 (PyYAML) and 1.2 read it to the same fields.
 */
export function formatManifest(manifest: PluginManifest): string {
  const values = new Map<string, JsonValue>(Object.entries(manifest));
  const keys = [...FIELDS.keys()].filter((key) => key !== 'signature' && (values.get(key) ?? null) !== null);
  const extensions = [...values.keys()].filter(isExtensionKey).sort();
  const signature = (values.get('signature') ?? null) === null ? [] : ['signature'];
  return [...keys, ...extensions, ...signature]
    .map((key) => `${formatYamlMember(key, values.get(key) ?? null, '')}\n`)
    .join('');
}

import type { PluginManifest } from '@agentmesh/manifest';
import type { FileFindings } from './file-findings.js';
import { AGENT_PLUGINS_SCHEMA } from './read-agent-plugin.js';

const LOST = ['capabilities', 'dependencies', 'entry', 'permissions', 'signature', 'content_digest'] as const;
const LONGEST_NAME = 64;

/**
 * A manifest as the other side writes it. What it has no words for, such as permissions, goes to `findings` and is left out.
 * Undefined where its name cannot be written there.
 */
export function formatForeign(
  manifest: PluginManifest,
  to: 'agent-plugins' | 'claude',
  findings: FileFindings,
): string | undefined {
  const name = foreignName(manifest.name);
  if (name === '') {
    findings.error('name-invalid', 'expected a name of at most 64 characters, with a letter or digit');
    return undefined;
  }
  if (name !== manifest.name) findings.warning('name-mapped', `the plugin is called "${name}" there`);
  for (const key of LOST) {
    const value = manifest[key];
    const isEmpty = value === undefined || value === null || (Array.isArray(value) && value.length === 0);
    if (!isEmpty) findings.warning('field-left-out', `there is no place for ${key}`);
  }
  const { version, description, author, homepage, repository, license, keywords } = manifest;
  const fields = { name, version, description, author: { name: author }, homepage, repository, license, keywords };
  const all = to === 'claude' ? fields : { $schema: AGENT_PLUGINS_SCHEMA, ...fields };
  return `${JSON.stringify(all, null, 2)}\n`;
}

/** In the form that both sides take: lower-case letters, digits and single hyphens, a letter or digit at either end. */
function foreignName(name: string): string {
  const form = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return form.length > LONGEST_NAME + 1 ? '' : form.replaceAll(/^-|-$/g, '').slice(0, LONGEST_NAME);
}

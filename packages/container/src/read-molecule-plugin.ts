import type { FileFindings } from './file-findings.js';
import type { ForeignFields } from './foreign-fields.js';
import { readYamlFields } from './read-yaml-fields.js';

/**
 * Reads the `plugin.yaml` of Molecule AI (https://github.com/Molecule-AI/molecule-core, `plugins`): `name`, `version`,
 * `description`, `author`, `tags`. What else it holds is for Molecule alone.
 */
export function readMoleculePlugin(bytes: Uint8Array, findings: FileFindings): ForeignFields {
  const yaml = readYamlFields(bytes, findings);
  if (yaml === undefined) return {};
  const name = yaml.text('name');
  if (name === undefined) findings.error('name-missing', 'expected a name');
  return {
    name,
    version: yaml.text('version'),
    description: yaml.text('description'),
    author: yaml.text('author'),
    homepage: yaml.text('homepage'),
    repository: yaml.text('repository'),
    license: yaml.text('license'),
    keywords: yaml.texts('tags'),
  };
}

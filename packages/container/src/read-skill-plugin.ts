import { CONTAINER_LIMITS } from './container-limits.js';
import type { FileFindings } from './file-findings.js';
import type { ForeignFields } from './foreign-fields.js';
import { readYamlFields } from './read-yaml-fields.js';

const DELIMITER = /^---[ \t]*\r?$/;

/**
 * Reads what a plugin that is one skill says of itself: the frontmatter of its `SKILL.md`, with `author` and `version` below
 * `metadata` (https://agentskills.io/specification). Whether the skill can be used is not asked here.
 */
export function readSkillPlugin(bytes: Uint8Array, findings: FileFindings): ForeignFields {
  const frontmatter = findFrontmatter(bytes);
  if (frontmatter === undefined) {
    findings.error('frontmatter-missing', 'expected a frontmatter between two lines of three hyphens', 1);
    return {};
  }
  const yaml = readYamlFields(Buffer.from(frontmatter), findings, 2);
  if (yaml === undefined) return {};
  return {
    name: yaml.text('name'),
    description: yaml.text('description'),
    license: yaml.text('license'),
    version: yaml.inner('metadata', 'version'),
    author: yaml.inner('metadata', 'author'),
  };
}

function findFrontmatter(bytes: Uint8Array): string | undefined {
  // A character is three bytes at most for each unit of length; the rest of the file is not looked at.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    bytes.subarray(0, 3 * CONTAINER_LIMITS.frontmatterLength),
  );
  const [first, ...rest] = text.split('\n');
  if (first === undefined || !DELIMITER.test(first)) return undefined;
  const end = rest.findIndex((line) => DELIMITER.test(line));
  return end === -1 ? undefined : rest.slice(0, end).join('\n');
}

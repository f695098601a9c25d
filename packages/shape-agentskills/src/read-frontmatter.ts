import { nearest, printable } from '@agentmesh/errors';
import { type PlainYaml, parsePlainYaml } from '@agentmesh/manifest/plain-yaml';
import { isMap, isScalar, type Pair } from 'yaml';
import { findHiddenCharacter } from './hidden-characters.js';
import type { SkillFindings } from './skill-findings.js';

const FIELDS = ['name', 'description', 'license', 'compatibility', 'metadata', 'allowed-tools'] as const;
type Field = (typeof FIELDS)[number];

/** A value as the file has it: text, or pairs of text. */
export interface FrontmatterField {
  readonly value: string | ReadonlyMap<string, string>;
  /** Line of its key in the file. */
  readonly line: number;
}

/** The known fields; those of a wrong type are left out. */
export interface Frontmatter {
  readonly fields: ReadonlyMap<Field, FrontmatterField>;
  /** Those that the file has, be they good or bad. */
  readonly present: ReadonlySet<string>;
}

/**
 * Reads a frontmatter: one plain mapping, every scalar by its text, `metadata` a mapping of text to text and all others text.
 * Undefined when it is no mapping; reasons go to `findings`.
 */
export function readFrontmatter(frontmatter: string, findings: SkillFindings): Frontmatter | undefined {
  const yaml = parsePlainYaml(new TextEncoder().encode(frontmatter), { noMappingCode: 'frontmatter-not-mapping' });
  if (!('document' in yaml)) {
    for (const { code, message, line } of yaml)
      findings.error(code, message, line === undefined ? undefined : line + 1);
    return undefined;
  }
  if (yaml.map === undefined) {
    findings.error('frontmatter-not-mapping', 'expected keys and values, got nothing', 2);
    return undefined;
  }
  const fields = new Map<Field, FrontmatterField>();
  const present = new Set<string>();
  for (const pair of yaml.map.items) {
    const key = isScalar(pair.key) ? String(pair.key.value) : '';
    const line = yaml.lineOf(pair.key) + 1;
    present.add(key);
    if (!isField(key)) {
      unknownField(key, line, findings);
      continue;
    }
    const value = key === 'metadata' ? readMetadata(pair, yaml, findings) : readText(pair, line, findings);
    if (value !== undefined) fields.set(key, { value, line });
  }
  return { fields, present };
}

function isField(key: string): key is Field {
  return (FIELDS as readonly string[]).includes(key);
}

function unknownField(key: string, line: number, findings: SkillFindings): void {
  const meant = nearest(key, FIELDS);
  const advice = meant === undefined ? 'what is not of the format belongs under metadata' : `did you mean "${meant}"?`;
  findings.error('field-unknown', `the field "${printable(key, 80)}" is not known; ${advice}`, line);
}

function readText({ key, value }: Pair, line: number, findings: SkillFindings): string | undefined {
  const name = String(isScalar(key) ? key.value : '');
  if (value !== null && !isScalar(value)) {
    findings.error(`${name}-type`, `expected text as the ${name}, got a ${isMap(value) ? 'mapping' : 'list'}`, line);
    return undefined;
  }
  const text = textOf(value);
  refuseHidden(text, name, { line, findings });
  return text;
}

function readMetadata(
  { key, value }: Pair,
  yaml: PlainYaml,
  findings: SkillFindings,
): ReadonlyMap<string, string> | undefined {
  if (!isMap(value)) {
    findings.error('metadata-type', 'expected keys and values as the metadata', yaml.lineOf(key) + 1);
    return undefined;
  }
  const pairs = new Map<string, string>();
  for (const entry of value.items) {
    const name = textOf(entry.key);
    const line = yaml.lineOf(entry.key) + 1;
    if (entry.value !== null && !isScalar(entry.value)) {
      findings.error('metadata-type', `expected text as the metadata "${printable(name, 80)}"`, line);
      continue;
    }
    const text = textOf(entry.value);
    refuseHidden(`${name}${text}`, 'metadata', { line, findings });
    pairs.set(name, text);
  }
  return pairs;
}

/** An escape in quotes can make characters that the file itself could not hold. */
function refuseHidden(text: string, name: string, { line, findings }: { line: number; findings: SkillFindings }): void {
  // A name with such a character breaks the rule of its characters anyway.
  const hidden = name === 'name' ? undefined : findHiddenCharacter(text);
  if (hidden !== undefined)
    findings.error('text-hidden', `expected visible text as the ${name}, got ${hidden.name}`, line);
}

function textOf(node: unknown): string {
  return isScalar(node) && typeof node.value === 'string' ? node.value : '';
}

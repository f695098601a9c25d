import type { Finding } from '@agentmesh/errors';
import { checkSkillName, normalizeSkillName } from './check-skill-name.js';
import { findHiddenCharacter } from './hidden-characters.js';
import { type Frontmatter, type FrontmatterField, readFrontmatter } from './read-frontmatter.js';
import type { Skill } from './skill.js';
import { createSkillFindings, type SkillFindings } from './skill-findings.js';
import { SKILL_LIMITS } from './skill-limits.js';
import { type SplitFault, splitFrontmatter } from './split-frontmatter.js';

/** What {@link parseSkill} takes beside the file. */
export interface ParseSkillOptions {
  /** Path of the file, for findings (default `SKILL.md`). */
  readonly path?: string;
  /** Name of its folder, which the skill's name must be; left out, any name will do. */
  readonly folder?: string;
}

/** What {@link parseSkill} made of a file. */
export interface ParsedSkill {
  /** Absent when the file cannot be used as a skill; with a finding of severity `error` it may be there all the same. */
  readonly skill?: Skill;
  readonly findings: readonly Finding[];
}

const SPLIT_FAULTS: Readonly<Record<SplitFault, string>> = {
  'frontmatter-missing': 'expected a first line of three hyphens, and the frontmatter below it',
  'frontmatter-unclosed': 'expected a line of three hyphens after the frontmatter',
  'frontmatter-too-large': `expected a frontmatter of at most ${SKILL_LIMITS.frontmatterLength} characters`,
};

/**
 * Reads a `SKILL.md` and reports everything in which it breaks the rules of https://agentskills.io/specification. It is
 * usable when its name and description are good: faults of other fields are errors too, but harm no client.
 */
export function parseSkill(bytes: Uint8Array, { path = 'SKILL.md', folder }: ParseSkillOptions = {}): ParsedSkill {
  const findings = createSkillFindings(path);
  const text = decode(bytes);
  if (text === undefined) {
    findings.error('encoding-invalid', 'expected UTF-8');
    return { findings: findings.all };
  }
  const split = splitFrontmatter(text);
  if (typeof split === 'string') {
    findings.error(split, SPLIT_FAULTS[split], 1);
    return { findings: findings.all };
  }
  const frontmatter = readFrontmatter(split.frontmatter, findings);
  checkBody(split.body, split.bodyLine, findings);
  const skill = frontmatter === undefined ? undefined : readSkill(frontmatter, folder, findings);
  return { ...(skill === undefined ? {} : { skill }), findings: findings.all };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function checkBody(body: string, firstLine: number, findings: SkillFindings): void {
  const lines = body.split('\n').length;
  if (lines - 1 > SKILL_LIMITS.bodyLines) {
    findings.warning('body-long', `${SKILL_LIMITS.bodyLines} lines are advised, got ${lines - 1}`, firstLine);
  }
  const hidden = findHiddenCharacter(body);
  if (hidden === undefined) return;
  findings.warning('body-hidden', `an agent reads ${hidden.name}, which nobody sees`, firstLine + hidden.line - 1);
}

function readSkill(frontmatter: Frontmatter, folder: string | undefined, findings: SkillFindings): Skill | undefined {
  const { fields } = frontmatter;
  const name = readName(frontmatter, folder, findings);
  const description = readDescription(frontmatter, findings);
  const compatibility = textOf(fields.get('compatibility'));
  if (compatibility !== undefined) checkCompatibility(compatibility, fields.get('compatibility')?.line, findings);
  if (name === undefined || description === undefined) return undefined;
  const license = textOf(fields.get('license'));
  const allowedTools = textOf(fields.get('allowed-tools'));
  const metadata = fields.get('metadata')?.value;
  return {
    name,
    description,
    ...(license === undefined ? {} : { license }),
    ...(compatibility === undefined ? {} : { compatibility }),
    ...(typeof metadata === 'object' ? { metadata: Object.fromEntries(metadata) } : {}),
    ...(allowedTools === undefined ? {} : { allowedTools }),
  };
}

function readName(
  { fields, present }: Frontmatter,
  folder: string | undefined,
  findings: SkillFindings,
): string | undefined {
  if (!present.has('name')) findings.error('name-missing', 'expected a field name', 1);
  const field = fields.get('name');
  const text = textOf(field);
  if (text === undefined) return undefined;
  const name = normalizeSkillName(text);
  const faults = checkSkillName(name, folder);
  for (const { code, message } of faults) findings.error(code, message, field?.line);
  return faults.length === 0 ? name : undefined;
}

function readDescription({ fields, present }: Frontmatter, findings: SkillFindings): string | undefined {
  if (!present.has('description')) findings.error('description-missing', 'expected a field description', 1);
  const field = fields.get('description');
  const description = textOf(field)?.trim();
  if (description === undefined) return undefined;
  if (description === '') {
    findings.error('description-empty', 'expected a description, got nothing', field?.line);
    return undefined;
  }
  const length = [...description].length;
  if (length > SKILL_LIMITS.descriptionLength) {
    const message = `expected at most ${SKILL_LIMITS.descriptionLength} characters, got ${length}`;
    findings.error('description-too-long', message, field?.line);
    return undefined;
  }
  return findHiddenCharacter(description) === undefined ? description : undefined;
}

function checkCompatibility(compatibility: string, line: number | undefined, findings: SkillFindings): void {
  const length = [...compatibility.trim()].length;
  if (length === 0) findings.error('compatibility-empty', 'expected text, or no such field', line);
  if (length <= SKILL_LIMITS.compatibilityLength) return;
  const message = `expected at most ${SKILL_LIMITS.compatibilityLength} characters, got ${length}`;
  findings.error('compatibility-too-long', message, line);
}

function textOf(field: FrontmatterField | undefined): string | undefined {
  return typeof field?.value === 'string' ? field.value : undefined;
}

import { printable } from '@agentmesh/errors';
import { SKILL_LIMITS } from './skill-limits.js';

const ALLOWED = /^[\p{L}\p{N}-]+$/u;

/** One rule that a name breaks. */
export interface NameFault {
  readonly code: string;
  readonly message: string;
}

/** The form of a name that counts: NFKC, without blanks around it. */
export function normalizeSkillName(name: string): string {
  return name.trim().normalize('NFKC');
}

/**
 * All rules that a name in that form breaks (https://agentskills.io/specification, "name"): 1–64 lower-case letters and
 * digits of any script and hyphens, none at an end and no two together, and the name of the skill's folder.
 *
 * @param folder name of the folder; left out where that is the place of installation and says nothing
 */
export function checkSkillName(name: string, folder?: string): readonly NameFault[] {
  const shown = printable(name, 80);
  if (name === '') return [{ code: 'name-empty', message: 'expected a name, got nothing' }];
  const faults: NameFault[] = [];
  const add = (code: string, message: string): number => faults.push({ code, message: `${message}, got "${shown}"` });
  if ([...name].length > SKILL_LIMITS.nameLength)
    add('name-too-long', `expected at most ${SKILL_LIMITS.nameLength} characters`);
  if (name !== name.toLowerCase()) add('name-uppercase', 'expected lower-case letters');
  if (name.startsWith('-') || name.endsWith('-')) add('name-edge-hyphen', 'expected no hyphen at either end');
  if (name.includes('--')) add('name-double-hyphen', 'expected no two hyphens together');
  if (!ALLOWED.test(name)) add('name-charset', 'expected letters, digits and hyphens');
  if (folder !== undefined && normalizeSkillName(folder) !== name) {
    add('name-dir-mismatch', `expected the name of the folder, "${printable(folder, 80)}"`);
  }
  return faults;
}

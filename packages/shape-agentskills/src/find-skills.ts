import { type Finding, printable } from '@agentmesh/errors';
import { findPluginFile, type StagedPlugin } from '@agentmesh/shape';

const SKILLS = 'skills';
const SKILL_FILE = 'SKILL.md';

/** A folder that is to be a skill. */
export interface SkillPlace {
  /** Path of the folder in the plugin; empty for the plugin itself. */
  readonly folder: string;
  /** The name that the skill must have; absent for the plugin itself, whose folder is the place of installation. */
  readonly name?: string;
  /** Path of its `SKILL.md`. */
  readonly file: string;
}

/** The skills of a plugin, not yet read. */
export interface FoundSkills {
  readonly places: readonly SkillPlace[];
  readonly findings: readonly Finding[];
}

/** True when there is anything that {@link findSkills} would look at. */
export function hasSkills({ files, refused = [] }: StagedPlugin): boolean {
  return [...files, ...refused].some(
    ({ path }) => path === SKILL_FILE || path === SKILLS || path.startsWith(`${SKILLS}/`),
  );
}

/**
 * Finds `skills/<name>/SKILL.md`, immediate children only, or the one skill that the plugin itself is (Agent Plugins 1.0,
 * "fixed places"). A folder that holds anything that a plugin cannot have is refused whole: a client would follow a link.
 */
export function findSkills(plugin: StagedPlugin): FoundSkills {
  const findings: Finding[] = [];
  const refused = plugin.refused ?? [];
  const off = refused.find(({ path }) => path === SKILLS);
  if (off !== undefined) findings.push(error('skills-unsafe', SKILLS, `no skill is used, since ${off.reason}`));
  if (findPluginFile(plugin, SKILLS) !== undefined)
    findings.push(error('skills-not-folder', SKILLS, 'expected a folder'));
  const names = listFolders(plugin);
  if (names.length === 0) return { places: findRootSkill(plugin, findings), findings };
  if (findPluginFile(plugin, SKILL_FILE) !== undefined) {
    const message = `it is not used, since the plugin has a folder ${SKILLS}`;
    findings.push({ code: 'skill-root-ignored', severity: 'warning', path: SKILL_FILE, message });
  }
  const places = names.map((name) => ({ folder: `${SKILLS}/${name}`, name, file: `${SKILLS}/${name}/${SKILL_FILE}` }));
  return { places: places.filter((place) => isWhole(plugin, place, findings)), findings };
}

function listFolders({ files, refused = [] }: StagedPlugin): string[] {
  const names = new Set<string>();
  for (const { path } of files) {
    const [first, name, ...rest] = path.split('/', 3);
    if (first === SKILLS && name !== undefined && rest.length > 0) names.add(name);
  }
  for (const { path } of refused) {
    const [first, name] = path.split('/', 3);
    if (first === SKILLS && name !== undefined) names.add(name);
  }
  return [...names].sort();
}

function findRootSkill(plugin: StagedPlugin, findings: Finding[]): SkillPlace[] {
  const place = { folder: '', file: SKILL_FILE };
  const isThere = [...plugin.files, ...(plugin.refused ?? [])].some(({ path }) => path === SKILL_FILE);
  return isThere && isWhole(plugin, place, findings) ? [place] : [];
}

function isWhole(plugin: StagedPlugin, { folder, file }: SkillPlace, findings: Finding[]): boolean {
  const within = folder === '' ? '' : `${folder}/`;
  const bad = (plugin.refused ?? []).filter(({ path }) => path === folder || path.startsWith(within));
  for (const { path, reason } of bad) {
    const code = path === file ? 'skill-md-unsafe' : 'skill-unsafe';
    findings.push(error(code, path, `the skill is not used, since ${reason}`));
  }
  if (bad.length > 0) return false;
  if (findPluginFile(plugin, file) !== undefined) return true;
  findings.push(error('skill-md-missing', folder, `expected a file ${printable(SKILL_FILE)}, in this spelling`));
  return false;
}

function error(code: string, path: string, message: string): Finding {
  return { code, severity: 'error', path, message };
}

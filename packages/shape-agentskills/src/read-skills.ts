import { join } from 'node:path';
import { type Finding, isMarketplaceError } from '@agentmesh/errors';
import { readPluginFile, type StagedPlugin } from '@agentmesh/shape';
import { findSkills, type SkillPlace } from './find-skills.js';
import { type ParsedSkill, parseSkill } from './parse-skill.js';
import type { Skill } from './skill.js';
import { SKILL_LIMITS } from './skill-limits.js';

const FILES_AT_ONCE = 16;

/** A skill of a plugin that can be used. */
export interface PluginSkill extends Skill {
  /** Path of its `SKILL.md` in the plugin. */
  readonly file: string;
  /** Absolute path of its folder. */
  readonly folder: string;
}

/** What {@link readSkills} answers. */
export interface PluginSkills {
  /** By path. */
  readonly skills: readonly PluginSkill[];
  readonly findings: readonly Finding[];
}

/** Reads all skills of a plugin. A bad one costs itself alone, and every fault is told. */
export async function readSkills(plugin: StagedPlugin): Promise<PluginSkills> {
  const { places, findings } = findSkills(plugin);
  const all: Finding[] = [...findings];
  const skills = new Map<string, PluginSkill>();
  for (let at = 0; at < places.length; at += FILES_AT_ONCE) {
    const slice = places.slice(at, at + FILES_AT_ONCE);
    const parsed = await Promise.all(slice.map((place) => readSkill(plugin, place)));
    for (const [index, place] of slice.entries()) {
      const { skill, findings: found = [] } = parsed[index] ?? {};
      all.push(...found);
      if (skill === undefined) continue;
      const { file } = place;
      const first = skills.get(skill.name);
      if (first === undefined) skills.set(skill.name, { ...skill, file, folder: join(plugin.root, place.folder) });
      else
        all.push({
          code: 'name-duplicate',
          severity: 'error',
          path: file,
          message: `${first.file} has this name already`,
        });
    }
  }
  return { skills: [...skills.values()], findings: all };
}

async function readSkill(plugin: StagedPlugin, { file, name }: SkillPlace): Promise<ParsedSkill> {
  try {
    const bytes = await readPluginFile(plugin, file, { maxBytes: SKILL_LIMITS.fileBytes });
    return parseSkill(bytes, { path: file, ...(name === undefined ? {} : { folder: name }) });
  } catch (error) {
    return { findings: [unreadable(error, file, 'skill-md')] };
  }
}

/** The finding for a file that could not be read. */
export function unreadable(error: unknown, path: string, what: 'skill-md' | 'rule'): Finding {
  const code = isMarketplaceError(error) ? error.code : '';
  const kind = code === 'PLUGIN_FILE_UNSAFE' ? 'unsafe' : code === 'PLUGIN_FILE_TOO_LARGE' ? 'too-large' : 'unreadable';
  const message = isMarketplaceError(error) ? error.message : 'it cannot be read';
  return { code: `${what}-${kind}`, severity: 'error', path, message };
}

import type { Finding } from '@agentmesh/errors';
import { type MemoryBlock, readPluginFile, type StagedPlugin } from '@agentmesh/shape';
import { findHiddenCharacter } from './hidden-characters.js';
import { unreadable } from './read-skills.js';
import { SKILL_LIMITS } from './skill-limits.js';

const RULE = /^rules\/[^/]+\.md$/;

/** What {@link readRules} answers. */
export interface PluginRules {
  /** By path. */
  readonly rules: readonly MemoryBlock[];
  readonly findings: readonly Finding[];
}

/** True when there is a file that {@link readRules} would read. */
export function hasRules({ files, refused = [] }: StagedPlugin): boolean {
  return [...files, ...refused].some(({ path }) => RULE.test(path));
}

/**
 * Reads `rules/*.md`, immediate children only. An agent takes such a text for its user's words, so one with characters that
 * a reader does not see is refused.
 */
export async function readRules(plugin: StagedPlugin): Promise<PluginRules> {
  const rules: MemoryBlock[] = [];
  const findings: Finding[] = [];
  for (const { path, reason } of plugin.refused ?? []) {
    if (!RULE.test(path) && path !== 'rules') continue;
    findings.push({ code: 'rule-unsafe', severity: 'error', path, message: `it is not used, since ${reason}` });
  }
  for (const { path } of plugin.files.filter((file) => RULE.test(file.path))) {
    const rule = await readRule(plugin, path);
    if ('code' in rule) findings.push(rule);
    else rules.push(rule);
  }
  return { rules, findings };
}

async function readRule(plugin: StagedPlugin, path: string): Promise<MemoryBlock | Finding> {
  try {
    const bytes = await readPluginFile(plugin, path, { maxBytes: SKILL_LIMITS.ruleBytes });
    return checkRule(bytes, path);
  } catch (error) {
    return unreadable(error, path, 'rule');
  }
}

function checkRule(bytes: Uint8Array, from: string): MemoryBlock | Finding {
  const bad = (code: string, message: string, line?: number): Finding => {
    return { code, severity: 'error', path: from, message, ...(line === undefined ? {} : { line }) };
  };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return bad('encoding-invalid', 'expected UTF-8');
  }
  const hidden = findHiddenCharacter(text);
  if (hidden !== undefined) return bad('rule-hidden', `expected visible text, got ${hidden.name}`, hidden.line);
  if (text.trim() === '') return { ...bad('rule-empty', 'expected a rule, got nothing'), severity: 'warning' };
  return { from, text };
}

import { type Finding, isMarketplaceError } from '@agentmesh/errors';
import { readPluginFile, type StagedPlugin } from '@agentmesh/shape';
import { findRefused, findSubagents } from './find-subagents.js';
import { type ParsedSubagent, parseSubagent, type SubagentDefinition } from './parse-subagent.js';
import { SUBAGENT_LIMITS } from './subagent-limits.js';

/** A sub-agent of a plugin that can be used. */
export interface PluginSubagent extends SubagentDefinition {
  /** Path of its file in the plugin. */
  readonly file: string;
}

/** What {@link readSubagents} answers. */
export interface PluginSubagents {
  /** By path. */
  readonly subagents: readonly PluginSubagent[];
  readonly findings: readonly Finding[];
}

/** Reads all sub-agents of a plugin: `agents/*.md` and `subagents/*.{md,yaml,yml,json}`. A bad one costs itself alone, and every fault is told. */
export async function readSubagents(plugin: StagedPlugin): Promise<PluginSubagents> {
  const findings: Finding[] = findRefused(plugin).map(({ path, reason }) => {
    return { code: 'subagent-unsafe', severity: 'error', path, message: `it is not used, since ${reason}` };
  });
  const subagents = new Map<string, PluginSubagent>();
  for (const file of findSubagents(plugin)) {
    const { subagent, findings: found } = await readSubagent(plugin, file);
    findings.push(...found);
    if (subagent === undefined) continue;
    const first = subagents.get(subagent.name);
    if (first === undefined) {
      subagents.set(subagent.name, { ...subagent, file });
    } else {
      const message = `${first.file} has this name already`;
      findings.push({ code: 'name-duplicate', severity: 'error', path: file, message });
    }
  }
  return { subagents: [...subagents.values()], findings };
}

async function readSubagent(plugin: StagedPlugin, file: string): Promise<ParsedSubagent> {
  try {
    return parseSubagent(await readPluginFile(plugin, file, { maxBytes: SUBAGENT_LIMITS.fileBytes }), file);
  } catch (error) {
    const isTooLarge = isMarketplaceError(error) && error.code === 'PLUGIN_FILE_TOO_LARGE';
    const code = isTooLarge ? 'subagent-too-large' : 'subagent-unreadable';
    const message = isMarketplaceError(error) ? error.message : 'it cannot be read';
    return { findings: [{ code, severity: 'error', path: file, message }] };
  }
}

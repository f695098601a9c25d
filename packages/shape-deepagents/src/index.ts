export { createShape } from './create-shape.js';
export type { CreatedSubagents, CreateSubagentsOptions, DeepSubagent } from './create-subagents.js';
export { createSubagents } from './create-subagents.js';
export type { ParsedSubagent, SubagentDefinition } from './parse-subagent.js';
export { parseSubagent } from './parse-subagent.js';
export type { PluginSubagent, PluginSubagents } from './read-subagents.js';
export { readSubagents } from './read-subagents.js';
export { SUBAGENT_LIMITS } from './subagent-limits.js';

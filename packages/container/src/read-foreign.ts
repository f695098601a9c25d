import { createFileFindings, type FileFindings } from './file-findings.js';
import type { ForeignFields } from './foreign-fields.js';
import type { OpenContainer } from './open-container.js';
import type { ContainerKind } from './plugin-container.js';
import { readAgentPlugin } from './read-agent-plugin.js';
import { readClaudePlugin } from './read-claude-plugin.js';
import { type JsonObject, readJsonObject } from './read-json-object.js';
import { readMoleculePlugin } from './read-molecule-plugin.js';
import { readSkillPlugin } from './read-skill-plugin.js';

/** The files that say what a foreign plugin is, in the order in which they are looked for. */
export const FOREIGN_PATHS: Readonly<Record<Exclude<ContainerKind, 'agentmesh'>, string>> = Object.freeze({
  'agent-plugins': 'plugin.json',
  claude: '.claude-plugin/plugin.json',
  molecule: 'plugin.yaml',
  skill: 'SKILL.md',
});

const SCHEMAS = 'https://agent-plugins.org/schemas/';

/** A foreign container, read. Where a finding is an error, it is refused. */
export interface ForeignContainer {
  readonly kind: Exclude<ContainerKind, 'agentmesh'>;
  readonly path: string;
  readonly fields: ForeignFields;
  readonly findings: FileFindings;
}

/** Reads the first foreign container that is there; undefined where there is none. */
export async function readForeign(files: OpenContainer): Promise<ForeignContainer | undefined> {
  const { 'agent-plugins': root, claude, molecule, skill } = FOREIGN_PATHS;
  const others = [claude, molecule, skill].filter((path) => files.has(path));
  if (files.has(root)) {
    const findings = createFileFindings(root);
    const json = readJsonObject(await files.read(root), findings);
    if (others.length === 0 || json === undefined || isMeant(json)) {
      const fields = json === undefined ? {} : readAgentPlugin(json, findings);
      return { kind: 'agent-plugins', path: root, fields, findings };
    }
  }
  const [path] = others;
  if (path === undefined) return undefined;
  const findings = createFileFindings(path);
  const bytes = await files.read(path);
  if (path === molecule) return { kind: 'molecule', path, fields: readMoleculePlugin(bytes, findings), findings };
  if (path === skill) return { kind: 'skill', path, fields: readSkillPlugin(bytes, findings), findings };
  const json = readJsonObject(bytes, findings);
  return { kind: 'claude', path, fields: json === undefined ? {} : readClaudePlugin(json, findings), findings };
}

/** Other tools have a `plugin.json` too. One that names a schema of Agent Plugins, known or not, is under its rules. */
function isMeant({ fields: { $schema } }: JsonObject): boolean {
  return typeof $schema === 'string' && $schema.startsWith(SCHEMAS);
}

import type { Finding } from '@agentmesh/errors';
import { parsePlainYaml } from '@agentmesh/manifest/plain-yaml';
import { splitFrontmatter } from '@agentmesh/shape-agentskills';
import { readFields, type SubagentFields } from './read-fields.js';
import { SUBAGENT_LIMITS } from './subagent-limits.js';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

/** A sub-agent as a plugin defines it. */
export interface SubagentDefinition {
  readonly name: string;
  readonly description: string;
  readonly systemPrompt: string;
  /** Names; left out, it has what its parent has. */
  readonly tools?: readonly string[];
  readonly model?: string;
  /** Folders of skills, relative to the plugin's. */
  readonly skills?: readonly string[];
}

/** What {@link parseSubagent} made of a file. */
export interface ParsedSubagent {
  /** Absent when the file cannot be used as a sub-agent. */
  readonly subagent?: SubagentDefinition;
  readonly findings: readonly Finding[];
}

/** A file's fields, its prompt, and how many lines stand above its fields. */
interface Parts {
  readonly fields: Uint8Array;
  readonly body?: string;
  readonly offset: number;
}

/**
 * Reads the definition of a sub-agent: Markdown with the fields `name`, `description`, `tools`, `model` and `skills` as its frontmatter and the
 * prompt below (as Claude's plugins have it), or YAML or JSON with a field `system_prompt` as well (as deepagents has it). Other fields are
 * reported and left out. Nothing of it is expanded.
 *
 * @param path in the plugin; its ending says which of the two it is
 */
export function parseSubagent(bytes: Uint8Array, path: string): ParsedSubagent {
  const findings: Finding[] = [];
  const error = (code: string, message: string, line?: number): void => {
    findings.push({ code, severity: 'error', path, message, ...(line === undefined ? {} : { line }) });
  };
  const parts = path.endsWith('.md') ? splitMarkdown(bytes) : { fields: bytes, offset: 0 };
  if (typeof parts === 'string') {
    error(parts, 'expected a frontmatter between two lines of three hyphens, in UTF-8', 1);
    return { findings };
  }
  const { offset } = parts;
  const yaml = parsePlainYaml(parts.fields, { noMappingCode: 'subagent-not-mapping' });
  if (!('document' in yaml)) {
    for (const { code, message, line } of yaml) error(code, message, line === undefined ? undefined : line + offset);
    return { findings };
  }
  const fields = readFields(yaml, { path, offset, body: parts.body });
  findings.push(...fields.findings);
  const subagent = define(fields, error);
  return subagent === undefined || findings.some(({ severity }) => severity === 'error')
    ? { findings }
    : { subagent, findings };
}

function splitMarkdown(bytes: Uint8Array): Parts | string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return 'encoding-invalid';
  }
  const split = splitFrontmatter(text);
  if (typeof split === 'string') return split;
  return { fields: new TextEncoder().encode(split.frontmatter), body: split.body, offset: 1 };
}

function define(
  { name, description, systemPrompt, tools, model, skills, lineOf }: SubagentFields,
  error: (code: string, message: string, line?: number) => void,
): SubagentDefinition | undefined {
  if (name === undefined) error('name-missing', 'expected a field name');
  else if (!NAME.test(name) || name.length > SUBAGENT_LIMITS.nameLength)
    error(
      'name-invalid',
      `expected at most ${SUBAGENT_LIMITS.nameLength} letters, digits, "-" and "_", a letter or digit first`,
      lineOf('name'),
    );
  if (description === undefined) error('description-missing', 'expected a field description');
  else if ([...description].length > SUBAGENT_LIMITS.descriptionLength)
    error(
      'description-too-long',
      `expected at most ${SUBAGENT_LIMITS.descriptionLength} characters`,
      lineOf('description'),
    );
  if (systemPrompt === undefined) error('prompt-missing', 'expected a prompt');
  if (name === undefined || description === undefined || systemPrompt === undefined) return undefined;
  return {
    name,
    description,
    systemPrompt,
    ...(tools === undefined ? {} : { tools }),
    ...(model === undefined ? {} : { model }),
    ...(skills === undefined ? {} : { skills }),
  };
}

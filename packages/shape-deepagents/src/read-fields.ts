import { type Finding, nearest, printable } from '@agentmesh/errors';
import type { PlainYaml } from '@agentmesh/manifest/plain-yaml';
import { findHiddenCharacter } from '@agentmesh/shape-agentskills';
import { isScalar, isSeq, type Pair } from 'yaml';
import { SUBAGENT_LIMITS } from './subagent-limits.js';

const TEXTS = ['name', 'description', 'model', 'system_prompt'] as const;
const LISTS = ['tools', 'skills'] as const;
const KNOWN: readonly string[] = [...TEXTS, ...LISTS];

/** The known fields of a sub-agent as the file has them; empty ones are absent. */
export interface SubagentFields {
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly model: string | undefined;
  readonly systemPrompt: string | undefined;
  readonly tools: readonly string[] | undefined;
  readonly skills: readonly string[] | undefined;
  readonly findings: readonly Finding[];
  /** Line of a field in the file. */
  lineOf(field: string): number | undefined;
}

/** Where the fields stand. */
export interface FieldsPlace {
  readonly path: string;
  /** Lines above the fields. */
  readonly offset: number;
  /** What stands below them, which is the prompt then. */
  readonly body?: string | undefined;
}

/** Reads the fields of a sub-agent. What is of a wrong type or hides text is an error, what is not known a warning. */
export function readFields(yaml: PlainYaml, { path, offset, body }: FieldsPlace): SubagentFields {
  const findings: Finding[] = [];
  const lines = new Map<string, number>();
  const texts = new Map<string, string>();
  const lists = new Map<string, readonly string[]>();
  const add = (code: string, severity: Finding['severity'], message: string, line: number): void => {
    findings.push({ code, severity, path, message, line });
  };
  for (const pair of yaml.map?.items ?? []) {
    const key = isScalar(pair.key) ? String(pair.key.value) : '';
    const line = yaml.lineOf(pair.key) + offset;
    lines.set(key, line);
    const isPromptTwice = key === 'system_prompt' && body !== undefined;
    if (!KNOWN.includes(key) || isPromptTwice) {
      const meant = isPromptTwice ? undefined : nearest(key, KNOWN);
      const advice = meant === undefined ? 'it is left out' : `did you mean "${meant}"?`;
      add('field-unknown', 'warning', `the field "${printable(key, 80)}" is not known here; ${advice}`, line);
      continue;
    }
    if (isUnset(pair)) continue;
    const read = isTextField(key) ? textOf(pair) : listOf(pair);
    if (read === undefined) {
      add(`${key}-type`, 'error', `expected ${isTextField(key) ? 'text' : 'a list of texts'} as the ${key}`, line);
    } else if (typeof read === 'string') {
      if (read.trim() !== '') texts.set(key, key === 'system_prompt' ? read : read.trim());
    } else {
      // An empty list says that there are none, which is less than to say nothing.
      lists.set(key, read);
    }
    checkShown(read, (message) => add('text-hidden', 'error', message, line));
    checkSize(key, read, (message) => add(`${key}-too-long`, 'error', message, line));
  }
  const hidden = body === undefined ? undefined : findHiddenCharacter(body);
  if (hidden !== undefined)
    add('prompt-hidden', 'error', `expected visible text, got ${hidden.name}`, hidden.line + offset);
  return {
    name: texts.get('name'),
    description: texts.get('description'),
    model: texts.get('model'),
    systemPrompt: body === undefined ? texts.get('system_prompt') : emptyAsAbsent(body.trim()),
    tools: lists.get('tools'),
    skills: lists.get('skills'),
    findings,
    lineOf: (field) => lines.get(field),
  };
}

function isTextField(key: string): boolean {
  return (TEXTS as readonly string[]).includes(key);
}

/** What JSON and YAML write for nothing, as a plain word. */
function isUnset({ value }: Pair): boolean {
  return value === null || (isScalar(value) && value.type === 'PLAIN' && ['~', 'null'].includes(String(value.value)));
}

function textOf({ value }: Pair): string | undefined {
  return isScalar(value) ? String(value.value ?? '') : undefined;
}

/** Claude's plugins write a list as one text with commas. */
function listOf({ value }: Pair): readonly string[] | undefined {
  if (isScalar(value)) {
    const text = String(value.value ?? '');
    return text
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== '');
  }
  if (!isSeq(value) || !value.items.every(isScalar)) return undefined;
  return value.items.map((item) => String(item.value ?? '').trim());
}

function checkShown(read: string | readonly string[] | undefined, report: (message: string) => void): void {
  const hidden = read === undefined ? undefined : findHiddenCharacter([read].flat().join('\n'));
  if (hidden !== undefined) report(`expected visible text, got ${hidden.name}`);
}

function checkSize(key: string, read: string | readonly string[] | undefined, report: (message: string) => void): void {
  const { listLength, wordLength } = SUBAGENT_LIMITS;
  if (typeof read === 'object') {
    if (read.length > listLength) report(`expected at most ${listLength} entries, got ${read.length}`);
    if (read.some((word) => word.length > wordLength)) report(`expected entries of at most ${wordLength} characters`);
  } else if (key === 'model' && read !== undefined && read.length > wordLength) {
    report(`expected at most ${wordLength} characters`);
  }
}

function emptyAsAbsent(text: string): string | undefined {
  return text === '' ? undefined : text;
}

import { printable } from '@agentmesh/errors';
import type { FileFindings } from './file-findings.js';
import type { ForeignFields } from './foreign-fields.js';
import { isObject, type JsonObject } from './read-json-object.js';

/** Identifier of the rules for `plugin.json` that are known here. It is compared, never fetched. */
export const AGENT_PLUGINS_SCHEMA = 'https://agent-plugins.org/schemas/1.0.0/plugin.schema.json';

const TEXTS = ['version', 'description', 'homepage', 'repository', 'license'] as const;
const AUTHOR: readonly string[] = ['name', 'email', 'url'];
const KNOWN: ReadonlySet<string> = new Set(['$schema', 'name', ...TEXTS, 'author', 'keywords', 'extensions']);
const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?$/;

/**
 * Reads a `plugin.json` by the rules of Agent Plugins 1.0: a field that is not known, and an extension that is no object, are
 * told and left out; anything else that does not fit is an error, and refuses the plugin.
 */
export function readAgentPlugin(json: JsonObject, findings: FileFindings): ForeignFields {
  const { fields, keys, lineOf } = json;
  for (const key of keys) {
    if (!KNOWN.has(key))
      findings.warning('field-unknown', `the field "${printable(key, 80)}" is not known`, lineOf(key));
  }
  checkSchema(fields.$schema, findings, lineOf('$schema'));
  checkExtensions(fields.extensions, findings, lineOf('extensions'));
  const texts = TEXTS.map((key) => [key, readText(fields[key], key, { findings, line: lineOf(key) })]);
  return {
    name: readName(fields.name, findings, lineOf('name')),
    ...Object.fromEntries(texts),
    author: readAuthor(fields.author, findings, lineOf('author')),
    keywords: readKeywords(fields.keywords, findings, lineOf('keywords')),
  };
}

function checkSchema(schema: unknown, findings: FileFindings, line: number | undefined): void {
  if (schema === AGENT_PLUGINS_SCHEMA) return;
  if (schema === undefined) findings.error('schema-missing', `expected $schema, "${AGENT_PLUGINS_SCHEMA}"`);
  else findings.error('schema-unknown', `expected "${AGENT_PLUGINS_SCHEMA}" as $schema`, line);
}

function readName(name: unknown, findings: FileFindings, line: number | undefined): string | undefined {
  if (name === undefined) findings.error('name-missing', 'expected a name');
  else if (typeof name !== 'string') findings.error('name-type', 'expected text as the name', line);
  else if (!NAME.test(name) || name.includes('--') || name.includes('..')) {
    const rule = 'expected 1–64 of a–z, 0–9, "-" and ".", a letter or digit at both ends, no "--" and no ".."';
    findings.error('name-invalid', rule, line);
  } else return name;
  return undefined;
}

function readText(
  value: unknown,
  key: string,
  { findings, line }: { findings: FileFindings; line: number | undefined },
): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  findings.error('field-type', `expected text as the ${key}`, line);
  return undefined;
}

function readAuthor(author: unknown, findings: FileFindings, line: number | undefined): string | undefined {
  if (author === undefined) return undefined;
  if (!isObject(author)) {
    findings.error('field-type', 'expected an object as the author', line);
    return undefined;
  }
  for (const [key, value] of Object.entries(author)) {
    if (!AUTHOR.includes(key))
      findings.error('author-field-unknown', `expected no field "${printable(key, 80)}" of the author`, line);
    else if (typeof value !== 'string') findings.error('field-type', `expected text as the author's ${key}`, line);
  }
  return typeof author.name === 'string' ? author.name : undefined;
}

function readKeywords(
  keywords: unknown,
  findings: FileFindings,
  line: number | undefined,
): readonly string[] | undefined {
  if (keywords === undefined) return undefined;
  if (Array.isArray(keywords) && keywords.every((keyword) => typeof keyword === 'string')) return keywords;
  findings.error('field-type', 'expected a list of texts as the keywords', line);
  return undefined;
}

function checkExtensions(extensions: unknown, findings: FileFindings, line: number | undefined): void {
  if (extensions === undefined) return;
  if (!isObject(extensions)) findings.warning('extensions-type', 'expected an object as the extensions', line);
  else
    for (const [key, value] of Object.entries(extensions)) {
      if (!isObject(value))
        findings.warning('extensions-type', `expected an object as the extension "${printable(key, 80)}"`, line);
    }
}

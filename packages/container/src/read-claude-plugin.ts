import type { FileFindings } from './file-findings.js';
import type { ForeignFields } from './foreign-fields.js';
import { isObject, type JsonObject } from './read-json-object.js';

const TEXTS = ['name', 'version', 'description', 'homepage', 'license'] as const;

/**
 * Reads `.claude-plugin/plugin.json` (https://code.claude.com/docs/en/plugins-reference). `author` and `repository` are text or
 * an object there. Every other field is for Claude alone; a field of a wrong type is told and left out.
 */
export function readClaudePlugin({ fields, lineOf }: JsonObject, findings: FileFindings): ForeignFields {
  const take = (key: string, inner?: string): string | undefined => {
    const value = fields[key];
    if (value === undefined || typeof value === 'string') return value;
    if (inner !== undefined && isObject(value)) {
      const text = value[inner];
      if (text === undefined || typeof text === 'string') return text;
    }
    findings.warning('field-type', `expected text as the ${key}`, lineOf(key));
    return undefined;
  };
  const texts = TEXTS.map((key) => [key, take(key)]);
  return {
    ...Object.fromEntries(texts),
    author: take('author', 'name'),
    repository: take('repository', 'url'),
    keywords: takeKeywords(fields.keywords, findings, lineOf('keywords')),
  };
}

function takeKeywords(
  keywords: unknown,
  findings: FileFindings,
  line: number | undefined,
): readonly string[] | undefined {
  if (keywords === undefined) return undefined;
  if (Array.isArray(keywords) && keywords.every((keyword) => typeof keyword === 'string')) return keywords;
  findings.warning('field-type', 'expected a list of texts as the keywords', line);
  return undefined;
}

import { printable } from '@agentmesh/errors';
import { CONTAINER_LIMITS } from './container-limits.js';
import type { FileFindings } from './file-findings.js';
import { scanJson } from './scan-json.js';

/** A JSON object of untrusted content. */
export interface JsonObject {
  readonly fields: Readonly<Partial<Record<string, unknown>>>;
  /** Keys as the file has them, in its order. */
  readonly keys: readonly string[];
  /** Line of a key, from 1. */
  lineOf(key: string): number | undefined;
}

/**
 * Reads a file that is to be one JSON object: UTF-8 without byte-order mark, no key twice, not too deep. Undefined when it is
 * not; reasons go to `findings`.
 */
export function readJsonObject(bytes: Uint8Array, findings: FileFindings): JsonObject | undefined {
  const parsed = parse(bytes);
  if ('fault' in parsed) {
    findings.error('json-invalid', parsed.fault);
    return undefined;
  }
  const { text, value } = parsed;
  if (!isObject(value)) {
    findings.error('json-not-object', 'expected a JSON object');
    return undefined;
  }
  const { lines, duplicates, depth } = scanJson(text);
  for (const { key, line } of duplicates)
    findings.error('json-duplicate-key', `the key "${printable(key, 80)}" stands there twice`, line);
  if (depth > CONTAINER_LIMITS.jsonDepth)
    findings.error('json-too-deep', `expected at most ${CONTAINER_LIMITS.jsonDepth} levels`);
  if (duplicates.length > 0 || depth > CONTAINER_LIMITS.jsonDepth) return undefined;
  // Without a prototype, `constructor` is a field only where the file has it.
  const fields: Partial<Record<string, unknown>> = Object.assign(Object.create(null), value);
  return { fields, keys: Object.keys(value), lineOf: (key) => lines.get(key) };
}

/** True for what JSON calls an object. */
export function isObject(value: unknown): value is Readonly<Partial<Record<string, unknown>>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(bytes: Uint8Array): { readonly text: string; readonly value: unknown } | { readonly fault: string } {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { fault: 'expected UTF-8' };
  }
  try {
    return { text, value: JSON.parse(text) };
  } catch {
    // The parser's own message quotes the file.
    return { fault: 'expected JSON' };
  }
}

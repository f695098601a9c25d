import { parsePlainYaml } from '@agentmesh/manifest/plain-yaml';
import type { FileFindings } from './file-findings.js';

/** The mapping of a YAML text, every scalar by its text: `1.10` stays `1.10`. */
export interface YamlFields {
  /** Text of a field; one of another type is told and left out. */
  text(key: string): string | undefined;
  /** Texts of a list; one of another type is told and left out. */
  texts(key: string): readonly string[] | undefined;
  /** Text of a field in a mapping; undefined where it is absent or of another type. */
  inner(key: string, name: string): string | undefined;
}

/**
 * Reads a YAML mapping: one document, no key twice, no anchors, no tags. Undefined when it is none; reasons go to `findings`.
 *
 * @param firstLine line of the file on which the text begins
 */
export function readYamlFields(bytes: Uint8Array, findings: FileFindings, firstLine = 1): YamlFields | undefined {
  const yaml = parsePlainYaml(bytes);
  if (!('document' in yaml)) {
    for (const { code, message, line } of yaml)
      findings.error(code, message, line === undefined ? undefined : line + firstLine - 1);
    return undefined;
  }
  const { map, document, lineOf } = yaml;
  const get = (key: string): unknown => map?.toJS(document, { maxAliasCount: 0 })?.[key];
  const refuse = (key: string, expected: string): undefined => {
    const line = lineOf(map?.get(key, true)) + firstLine - 1;
    findings.warning('field-type', `expected ${expected} as the ${key}`, line);
  };
  return {
    text(key) {
      const value = get(key);
      return value === undefined || typeof value === 'string' ? value : refuse(key, 'text');
    },
    texts(key) {
      const value = get(key);
      if (value === undefined) return undefined;
      if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
      return refuse(key, 'a list of texts');
    },
    inner(key, name) {
      const value = get(key);
      const text: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
      return typeof text === 'string' ? text : undefined;
    },
  };
}

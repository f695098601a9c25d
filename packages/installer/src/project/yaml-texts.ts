import type { Finding } from '@agentmesh/errors';
import { parsePlainYaml } from '@agentmesh/manifest/plain-yaml';
import { isScalar } from 'yaml';
import { yamlEntries } from './yaml-entries.js';

/** What YAML's core schema takes for a number, a truth value or nothing. */
const NO_TEXT = /^(?:|~|null|true|false|[-+]?(?:\d|\.\d|\.inf|\.nan).*)$/i;

/** See `readYamlTexts`. */
export function yamlTexts(bytes: Uint8Array): ReadonlyMap<string, string | undefined> | readonly Finding[] {
  const file = parsePlainYaml(bytes);
  if (!('document' in file)) return file;
  return new Map(
    yamlEntries(file.map).map(({ key, text, value }) => {
      const isPlain = isScalar(value) && value.type === 'PLAIN';
      return [key, text === undefined || (isPlain && NO_TEXT.test(text)) || !isScalar(value) ? undefined : text];
    }),
  );
}

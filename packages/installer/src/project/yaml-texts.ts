import type { Finding } from '@agentmesh/errors';
import { parsePlainYaml } from '@agentmesh/manifest/plain-yaml';
import { isMap, isScalar, isSeq } from 'yaml';
import { yamlEntries } from './yaml-entries.js';
import type { YamlSetting } from './yaml-setting.js';

/** What YAML's core schema takes for a number, a truth value or nothing. */
const NO_TEXT =
  /^(?:|~|null|true|false|[-+]?(?:\.inf|\.nan|0x[0-9a-f]+|0o[0-7]+|(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?))$/i;

/** See `readYamlTexts`. */
export function yamlTexts(bytes: Uint8Array): ReadonlyMap<string, YamlSetting> | readonly Finding[] {
  const file = parsePlainYaml(bytes);
  if (!('document' in file)) return file;
  return new Map(yamlEntries(file.map).map(({ key, value }) => [key, settingOf(value)]));
}

function settingOf(value: unknown): YamlSetting {
  if (isSeq(value)) return allTexts(value.items);
  if (!isMap(value)) return textOf(value);
  const entries = yamlEntries(value);
  const texts = allTexts(entries.map((entry) => entry.value));
  return texts && new Map(entries.map(({ key }, at) => [key, texts[at] ?? '']));
}

function allTexts(values: readonly unknown[]): readonly string[] | undefined {
  const texts = values.map(textOf).filter((text) => text !== undefined);
  return texts.length === values.length ? texts : undefined;
}

function textOf(value: unknown): string | undefined {
  if (!isScalar(value)) return undefined;
  const text = String(value.value ?? '');
  return value.type === 'PLAIN' && NO_TEXT.test(text) ? undefined : text;
}

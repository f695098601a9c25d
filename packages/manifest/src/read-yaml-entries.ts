import type { Node, Scalar, YAMLMap } from 'yaml';
import { loadYaml } from './load-library.js';
import { MANIFEST_FILENAME } from './manifest-filename.js';
import type { YamlReading } from './read-yaml.js';

type Entries = Map<string, Node | null>;

/**
 * The keys of a mapping, by their source text, with their values. Merge keys (`<<`) are followed as PyYAML does:
 * the mapping's own keys win, then the earlier of several sources. A key that stands there twice is reported.
 */
export function readYamlEntries(map: YAMLMap, path: string | undefined, reading: YamlReading): Entries {
  const merged: Entries = new Map();
  const own: Entries = new Map();
  let merges = 0;
  for (const pair of map.items) {
    // A composed document holds nodes alone; the library's type also covers documents made by hand.
    const value = pair.value as Node | null;
    const key = readKey(pair.key as Node | null, path, reading);
    if (key === undefined) continue;
    const place = path === undefined ? key.text : `${path}.${key.text}`;
    const isTwice = key.isMerge ? merges++ > 0 : own.has(key.text);
    if (isTwice) {
      reportTwice(key, place, reading);
      continue;
    }
    reading.lines.set(place, key.line);
    if (key.isMerge) mergeInto(merged, value, place, reading);
    else own.set(key.text, value);
  }
  return new Map([...merged, ...own]);
}

interface Key {
  readonly text: string;
  readonly isMerge: boolean;
  readonly line: number;
}

function readKey(node: Node | null, path: string | undefined, reading: YamlReading): Key | undefined {
  const { isAlias, isScalar } = loadYaml();
  if (isAlias(node)) return reading.expansion.follow(node, (target) => readKey(target, path, reading));
  const line = reading.lineAt(node?.range?.[0] ?? 0);
  if (isScalar(node) && hasTextTag(node)) {
    const text = node.source ?? '';
    const isMerge = text === '<<' && node.type === 'PLAIN' && node.tag === undefined;
    return reading.expansion.spend(text.length) ? { text, isMerge, line } : undefined;
  }
  const message = 'expected a key that is text';
  reading.problems.add({ code: 'key-not-text', severity: 'error', path: path ?? MANIFEST_FILENAME, line, message });
  return undefined;
}

function hasTextTag({ tag }: Scalar): boolean {
  return tag === undefined || tag === '!' || tag === 'tag:yaml.org,2002:str';
}

function reportTwice(key: Key, path: string, { lines, problems }: YamlReading): void {
  const message = `${key.text} stands here again, first on line ${lines.get(path) ?? '?'}`;
  problems.add({ code: 'key-duplicate', severity: 'error', path, line: key.line, message });
}

function mergeInto(merged: Entries, source: Node | null, path: string, reading: YamlReading): void {
  const { isAlias, isMap, isSeq } = loadYaml();
  if (isAlias(source)) {
    reading.expansion.follow(source, (target) => mergeInto(merged, target, path, reading));
  } else if (isMap(source)) {
    for (const [key, value] of readYamlEntries(source, path, reading)) merged.set(key, value);
  } else if (isSeq(source)) {
    for (const item of [...source.items].reverse()) mergeInto(merged, item as Node | null, path, reading);
  } else {
    reading.problems.error('merge-invalid', path, 'expected a mapping, or a list of mappings, to merge');
  }
}

import type { Node, Scalar, YAMLMap } from 'yaml';
import { composeYaml } from './compose-yaml.js';
import { isExtensionKey } from './is-extension-key.js';
import { loadYaml } from './load-library.js';
import { MANIFEST_FILENAME } from './manifest-filename.js';
import { isNullScalar, plainScalar } from './plain-scalar.js';
import type { Problems } from './problems.js';
import { readYamlEntries } from './read-yaml-entries.js';
import { createYamlExpansion, type YamlExpansion } from './yaml-expansion.js';

const TAG = 'tag:yaml.org,2002:';

/** What one file is read with. */
export interface YamlReading {
  readonly problems: Problems;
  readonly expansion: YamlExpansion;
  /** Filled with the line, from 1, of every place read: `capabilities[1]`. */
  readonly lines: Map<string, number>;
  lineAt(offset: number): number;
}

interface Place {
  readonly path: string;
  /** Plain scalars are typed, else they are text. */
  readonly typed: boolean;
}

/**
 * The fields of a manifest file as plain values, or undefined when the file is not one mapping. Scalars of text fields
 * come by their source text; under `permissions` and `x-…` keys they are typed as in YAML 1.2's core schema.
 *
 * @param lines filled with the line, from 1, of every place read: `capabilities[1]`
 */
export function readYaml(
  text: string,
  problems: Problems,
  lines: Map<string, number>,
): Readonly<Record<string, unknown>> | undefined {
  const composed = composeYaml(text, problems);
  if (composed === undefined) return undefined;
  const { document, lineAt } = composed;
  if (!loadYaml().isMap(document.contents)) {
    problems.error('mapping-expected', MANIFEST_FILENAME, 'expected fields and their values');
    return undefined;
  }
  const expansion = createYamlExpansion(document, text.length, problems);
  return readMapping(document.contents, undefined, { problems, expansion, lines, lineAt });
}

function readMapping(map: YAMLMap, place: Place | undefined, reading: YamlReading): Readonly<Record<string, unknown>> {
  const object: Record<string, unknown> = Object.create(null);
  checkTag(map, `${TAG}map`, place?.path ?? MANIFEST_FILENAME, reading);
  for (const [key, value] of readYamlEntries(map, place?.path, reading)) {
    const typed = place?.typed ?? (key === 'permissions' || isExtensionKey(key));
    object[key] = readNode(value, { path: place === undefined ? key : `${place.path}.${key}`, typed }, reading);
  }
  return object;
}

function readNode(node: Node | null, place: Place, reading: YamlReading): unknown {
  const { isAlias, isMap, isScalar, isSeq } = loadYaml();
  if (node === null || !reading.expansion.spend(isScalar(node) ? (node.source?.length ?? 0) : 0)) return null;
  if (isAlias(node)) return reading.expansion.follow(node, (target) => readNode(target, place, reading)) ?? null;
  if (isMap(node)) return readMapping(node, place, reading);
  if (isScalar(node)) return readScalar(node, place, reading);
  if (!isSeq(node)) return null;
  checkTag(node, `${TAG}seq`, place.path, reading);
  return node.items.map((item, index) =>
    readItem(item as Node | null, { ...place, path: `${place.path}[${index}]` }, reading),
  );
}

function readItem(item: Node | null, place: Place, reading: YamlReading): unknown {
  if (item?.range) reading.lines.set(place.path, reading.lineAt(item.range[0]));
  return readNode(item, place, reading);
}

function readScalar(scalar: Scalar, { path, typed }: Place, reading: YamlReading): unknown {
  const source = scalar.source ?? '';
  if (scalar.tag === `${TAG}null`) return null;
  if (scalar.tag !== undefined || scalar.type !== 'PLAIN') {
    checkTag(scalar, `${TAG}str`, path, reading);
    return source;
  }
  if (!typed) return isNullScalar(source) ? null : source;
  return plainScalar(source);
}

/** `!` alone means the kind's own tag. */
function checkTag(node: Node, expected: string, path: string, { problems }: YamlReading): void {
  if (node.tag === undefined || node.tag === '!' || node.tag === expected) return;
  problems.error('yaml-tag', path, `tag ${node.tag} is not allowed in a manifest`);
}

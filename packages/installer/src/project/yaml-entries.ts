import { isMap, isScalar, type YAMLMap } from 'yaml';

/** One key of a mapping. */
export interface YamlEntry {
  readonly key: string;
  /** Its text as it stands in the file; undefined where it is no text. */
  readonly text: string | undefined;
  /** The mapping below it, where there is one. */
  readonly map: YAMLMap | undefined;
  /** The key, for {@link PlainYaml.lineOf}. */
  readonly node: unknown;
  readonly value: unknown;
}

/** The entries of a mapping as they stand there; none for undefined. */
export function yamlEntries(map: YAMLMap | undefined): readonly YamlEntry[] {
  return (map?.items ?? []).map(({ key, value }) => ({
    key: isScalar(key) ? String(key.value) : '',
    text: textOf(value),
    map: isMap(value) ? value : undefined,
    node: key,
    value,
  }));
}

/** The text of a scalar; '' where nothing stands after a key. */
export function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return '';
  return isScalar(value) ? String(value.value ?? '') : undefined;
}

import { type Finding, isMarketplaceError, nearest } from '@agentmesh/errors';
import { isPluginName, nameKey } from '@agentmesh/manifest';
import { type PlainYaml, parsePlainYaml } from '@agentmesh/manifest/plain-yaml';
import type { YAMLMap } from 'yaml';
import { parseDuration } from './parse-duration.js';
import { projectError } from './project-error.js';
import { parseWanted, type Wanted } from './wanted.js';
import { type YamlEntry, yamlEntries } from './yaml-entries.js';

/** What `agentmesh.yaml` says of plugins. */
export interface ProjectFile {
  /** What is wanted, by name; undefined where the file has no such key. */
  readonly plugins: ReadonlyMap<string, Wanted> | undefined;
  /** By name, the version or range to use whatever others ask for. */
  readonly overrides: ReadonlyMap<string, string>;
  /** Versions that were published less than this long ago, in milliseconds, are not picked. */
  readonly minimumAgeMs: number | undefined;
}

const OWN_KEYS = ['plugins', 'overrides', 'minimumAge'];

/**
 * Reads `agentmesh.yaml`.
 *
 * @param otherKeys keys that belong to the application and are left to it
 * @throws MarketplaceError `PROJECT_INVALID` with every problem as a finding
 */
export function parseProjectFile(bytes: Uint8Array, path: string, otherKeys: readonly string[]): ProjectFile {
  const file = parsePlainYaml(bytes);
  if (!('document' in file)) throw projectError('PROJECT_INVALID', path, file);
  const reader = new Reader(file);
  const read = reader.read(otherKeys);
  if (reader.findings.length > 0) throw projectError('PROJECT_INVALID', path, reader.findings);
  return read;
}

class Reader {
  readonly findings: Finding[] = [];
  readonly #file: PlainYaml;

  constructor(file: PlainYaml) {
    this.#file = file;
  }

  read(otherKeys: readonly string[]): ProjectFile {
    let plugins: ReadonlyMap<string, Wanted> | undefined;
    let overrides: ReadonlyMap<string, string> = new Map();
    let minimumAgeMs: number | undefined;
    for (const entry of yamlEntries(this.#file.map)) {
      if (entry.key === 'plugins') plugins = this.#readPlugins(entry);
      else if (entry.key === 'overrides') overrides = this.#readOverrides(entry);
      else if (entry.key === 'minimumAge') minimumAgeMs = this.#readAge(entry);
      else if (!otherKeys.includes(entry.key)) this.#unknown(entry, [...OWN_KEYS, ...otherKeys]);
    }
    return { plugins, overrides, minimumAgeMs };
  }

  #readPlugins(entry: YamlEntry): ReadonlyMap<string, Wanted> {
    const plugins = new Map<string, Wanted>();
    for (const [name, text, one] of this.#pairs(entry)) {
      try {
        plugins.set(name, parseWanted(text));
      } catch (error) {
        if (!isMarketplaceError(error)) throw error;
        this.#add('plugin-invalid', `plugins.${name}`, error.message, one.node);
      }
    }
    return plugins;
  }

  #readOverrides(entry: YamlEntry): ReadonlyMap<string, string> {
    const overrides = new Map<string, string>();
    for (const [name, text, one] of this.#pairs(entry)) {
      const wanted = text.includes('://') ? undefined : this.#tryRange(text);
      if (wanted === undefined)
        this.#add('override-invalid', `overrides.${name}`, 'expected a version or a range', one.node);
      else overrides.set(name, wanted);
    }
    return overrides;
  }

  #tryRange(text: string): string | undefined {
    try {
      const wanted = parseWanted(text);
      return wanted.kind === 'range' && wanted.range !== '' ? text : undefined;
    } catch (error) {
      if (isMarketplaceError(error)) return undefined;
      throw error;
    }
  }

  #readAge(entry: YamlEntry): number | undefined {
    const age = parseDuration(entry.text ?? '');
    if (age === undefined) this.#add('age-invalid', 'minimumAge', 'expected 90m, 12h, 3d or 0', entry.node);
    return age;
  }

  /** Names and texts of a mapping of plugins. */
  #pairs(entry: YamlEntry): readonly (readonly [string, string, YamlEntry])[] {
    const { key, map, text, node } = entry;
    if (map === undefined && text !== '') this.#add('value-invalid', key, 'expected names and values', node);
    return this.#checked(key, map);
  }

  #checked(key: string, map: YAMLMap | undefined): readonly (readonly [string, string, YamlEntry])[] {
    const known = new Set<string>();
    return yamlEntries(map).flatMap((entry) => {
      const { key: name, text, node } = entry;
      const path = `${key}.${name}`;
      if (!isPluginName(name)) return this.#add('name-invalid', path, 'expected the name of a plugin', node);
      if (known.has(nameKey(name))) {
        return this.#add('name-invalid', path, 'differs from another name by case, "-" and "_" alone', node);
      }
      known.add(nameKey(name));
      if (text === undefined) return this.#add('value-invalid', path, 'expected a range of versions or a source', node);
      return [[name, text, entry] as const];
    });
  }

  #unknown({ key, node }: YamlEntry, known: readonly string[]): void {
    const meant = nearest(key, known);
    const instead = meant === undefined ? `; expected ${known.join(', ')}` : `; did you mean ${meant}?`;
    this.#add('key-unknown', key, `no such key${instead}`, node);
  }

  #add(code: string, path: string, message: string, node: unknown): [] {
    this.findings.push({ code, severity: 'error', path, line: this.#file.lineOf(node), message });
    return [];
  }
}

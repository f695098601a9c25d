import { parsePlainYaml } from '@agentmesh/manifest/plain-yaml';
import { isMap, Scalar, YAMLMap } from 'yaml';
import { projectError } from './project-error.js';

const HEADER = ` What this project wants installed; agentmesh.lock has the exact versions. See: agentmesh plugin install --help`;

/** What changes in `agentmesh.yaml`. */
export interface ProjectChanges {
  /** Plugins to write, by name. */
  readonly set: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
}

/**
 * Edits the plugins of an `agentmesh.yaml` in place: comments, order and all other keys stay.
 *
 * @param bytes undefined where there is no such file
 * @param path named in errors
 * @returns the new text, or undefined when nothing changes
 * @throws MarketplaceError `PROJECT_INVALID`
 */
export function editProjectFile(
  bytes: Uint8Array | undefined,
  path: string,
  { set, remove }: ProjectChanges,
): string | undefined {
  const file = parsePlainYaml(bytes ?? new Uint8Array());
  if (!('document' in file)) throw projectError('PROJECT_INVALID', path, file);
  const { document } = file;
  const plugins = document.getIn(['plugins']);
  const map = isMap(plugins) ? plugins : new YAMLMap();
  let changed = false;
  for (const name of remove) changed = map.delete(name) || changed;
  for (const [name, text] of set) {
    if (String(map.get(name) ?? '') === text && map.has(name)) continue;
    setText(map, name, text);
    changed = true;
  }
  if (!changed) return undefined;
  if (bytes === undefined) document.commentBefore = HEADER;
  if (map.items.length > 0 && map.items.length === set.size) map.flow = false;
  if (plugins !== map) document.set('plugins', map);
  const source = new TextDecoder().decode(bytes);
  const text = document.toString({ lineWidth: 0, indent: indentOf(source) });
  return source.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text;
}

/** Quoted, since a bare `1.10` is a number to most who read YAML. */
function setText(map: YAMLMap, name: string, text: string): void {
  const old = map.get(name, true);
  if (old instanceof Scalar) {
    old.value = text;
    old.type = 'QUOTE_DOUBLE';
    return;
  }
  const scalar = new Scalar(text);
  scalar.type = 'QUOTE_DOUBLE';
  map.set(name, scalar);
}

function indentOf(text: string): number {
  const blanks = /^( +)[^\s#-]/m.exec(text)?.[1]?.length ?? 2;
  return Math.min(8, Math.max(1, blanks));
}

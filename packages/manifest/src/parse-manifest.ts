import { invalidManifest } from './invalid-manifest.js';
import { MANIFEST_FILENAME } from './manifest-filename.js';
import type { ReadManifest, ReadOptions } from './manifest-from-object.js';
import { createProblems } from './problems.js';
import { readFields } from './read-fields.js';
import { readYaml } from './read-yaml.js';

/**
 * Reads the text of an `agent-plugin.yaml` by the reading rule of formats.md: plain scalars of text fields by their source
 * text, no duplicate keys, no custom tags, few aliases, at most 1 MiB.
 *
 * @param options `path` names the file in messages (default `agent-plugin.yaml`)
 * @throws MarketplaceError `MANIFEST_INVALID` with every problem as a finding, with its line
 */
export function parseManifest(text: string, options: ReadOptions = {}): ReadManifest {
  const lines = new Map<string, number>();
  const problems = createProblems((path) => findLine(lines, path));
  const fields = readYaml(text, problems, lines);
  const manifest = fields === undefined ? undefined : readFields(fields, problems, options.strict ?? false);
  if (manifest === undefined) throw invalidManifest(problems, options.path ?? MANIFEST_FILENAME);
  return { manifest, findings: problems.findings };
}

/** The line of the place itself or, when it is not in the file, of what holds it. */
function findLine(lines: ReadonlyMap<string, number>, path: string): number | undefined {
  for (
    let place = path;
    place !== '';
    place = place.slice(0, Math.max(place.lastIndexOf('.'), place.lastIndexOf('['), 0))
  ) {
    const line = lines.get(place);
    if (line !== undefined) return line;
  }
  return undefined;
}

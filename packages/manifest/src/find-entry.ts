import { MarketplaceError, printable } from '@agentmesh/errors';
import type { PluginManifest } from './plugin-manifest.js';

const EXTENSIONS = ['.js', '.mjs', '.cjs', '.ts', '.py'];

/**
 * The file that runs: `entry` when it is given; else `<name>`, also with `-` as `_`, with the extension
 * `.js .mjs .cjs .ts .py`; else `index` with one of them.
 *
 * @param paths the plugin's files, `/`-separated and relative to its folder
 * @throws MarketplaceError `NO_ENTRY`; `ENTRY_AMBIGUOUS` when two files could be meant
 */
export function findEntry(manifest: Pick<PluginManifest, 'name' | 'entry'>, paths: Iterable<string>): string {
  const files = new Set(paths);
  const { name, entry } = manifest;
  if (entry !== undefined) return findGiven(entry, files);
  const found = candidates([name.replaceAll('-', '_'), name], files) ?? candidates(['index'], files);
  if (found !== undefined) return found;
  throw new MarketplaceError(`Plugin ${printable(name)} has no file to run`, {
    code: 'NO_ENTRY',
    hint: `Add ${printable(name)}.js or index.js, or name the file as entry: in agent-plugin.yaml.`,
  });
}

function findGiven(entry: string, files: ReadonlySet<string>): string {
  const path = entry.replace(/^\.\//, '');
  if (files.has(path)) return path;
  throw new MarketplaceError(`The plugin's entry ${printable(entry)} is not among its files`, {
    code: 'NO_ENTRY',
    hint: 'Correct entry: in agent-plugin.yaml; it is relative to the plugin folder, with the letter case of the file.',
  });
}

function candidates(stems: readonly string[], files: ReadonlySet<string>): string | undefined {
  const wanted = new Set(stems.flatMap((stem) => EXTENSIONS.map((extension) => stem + extension)));
  const [first, ...others] = [...wanted].filter((path) => files.has(path));
  if (others.length === 0) return first;
  throw new MarketplaceError(`Each of ${printable([first, ...others].join(', '))} could be the file to run`, {
    code: 'ENTRY_AMBIGUOUS',
    hint: 'Name one of them as entry: in agent-plugin.yaml.',
  });
}

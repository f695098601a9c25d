import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readFileLimited } from '@agentmesh/files';
import { readYamlTexts } from '@agentmesh/installer';
import type { JsonValue, PluginManifest } from '@agentmesh/manifest';
import type { PluginInfo } from './plugin-info.js';

/** The manifest of plugins that come from Molecule, which others may have besides their own. */
const MOLECULE_FILENAME = 'plugin.yaml';
const SKILLS = 'skills';
const MAX_BYTES = 256 * 1024;
const MAX_ITEMS = 200;
const MAX_TEXT = 200;

/** What a plugin says of itself beyond agentmesh's own fields, by the keys of `plugin.yaml`. */
export interface PluginTraits extends Pick<PluginInfo, 'tags' | 'skills' | 'runtimes'> {
  /** Texts of `plugin.yaml`, for a plugin that has no manifest of ours. */
  readonly texts: Readonly<Record<'version' | 'description' | 'author' | 'name', string | undefined>>;
}

/**
 * Reads what a plugin's folder says it is for: tags (or the manifest's keywords), skills (or the folders below `skills/`), runtimes (or the
 * manifest's `x-runtimes`). Whatever is not there, or not as it should be, counts as not said.
 */
export async function readTraits(folder: string, manifest: PluginManifest | undefined): Promise<PluginTraits> {
  const said = await readMolecule(join(folder, MOLECULE_FILENAME));
  const tags = said.list('tags') ?? cut(manifest?.keywords ?? []);
  const skills = said.list('skills') ?? (await skillFolders(folder));
  const runtimes = said.list('runtimes') ?? cut(textsOf(manifest?.['x-runtimes']));
  const [version, description, author, name] = [
    said.text('version'),
    said.text('description'),
    said.text('author'),
    said.text('name'),
  ];
  return { tags, skills, runtimes, texts: { version, description, author, name } };
}

interface Said {
  list(key: string): readonly string[] | undefined;
  text(key: string): string | undefined;
}

const NOTHING: Said = { list: () => undefined, text: () => undefined };

async function readMolecule(path: string): Promise<Said> {
  const bytes = await readFileLimited(path, MAX_BYTES).catch(() => undefined);
  if (bytes === undefined) return NOTHING;
  const read = await readYamlTexts(bytes);
  if (!(read instanceof Map)) return NOTHING;
  return {
    list: (key) => {
      const value: unknown = read.get(key);
      return Array.isArray(value) ? cut(value) : undefined;
    },
    text: (key) => {
      const value: unknown = read.get(key);
      return typeof value === 'string' ? value.slice(0, MAX_TEXT * 10) : undefined;
    },
  };
}

async function skillFolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(folder, SKILLS), { withFileTypes: true }).catch(() => []);
  return cut(entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)).toSorted();
}

function textsOf(value: JsonValue | undefined): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function cut(items: readonly unknown[]): readonly string[] {
  const texts = items.filter((item) => typeof item === 'string' && item !== '');
  return texts.slice(0, MAX_ITEMS).map((text) => String(text).slice(0, MAX_TEXT));
}

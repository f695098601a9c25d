import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import {
  AGENTMESH_VERSION,
  assertPluginName,
  createManifest,
  formatManifest,
  MANIFEST_FILENAME,
  type PluginType,
} from '@agentmesh/manifest';
import { entryText, readmeText, testText } from './project-texts.js';

/** What {@link writeProject} is told about the new plugin. */
export interface ProjectOptions {
  readonly name: string;
  readonly type: string;
  readonly language: string;
  readonly author: string;
  readonly description: string;
}

/**
 * Writes the files of a new plugin into `folder`, which must be absent or empty.
 *
 * @returns the files written, relative to the folder
 * @throws MarketplaceError `NAME_INVALID`, `MANIFEST_INVALID`, `FOLDER_NOT_EMPTY`
 */
export async function writeProject(folder: string, options: ProjectOptions): Promise<string[]> {
  assertPluginName(options.name);
  const files = projectFiles(options);
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) {
    throw new MarketplaceError(`Expected no folder or an empty one at ${printable(folder)}`, {
      code: 'FOLDER_NOT_EMPTY',
      hint: 'Choose another name, or move what is there.',
    });
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { flag: 'wx' });
  }
  return Object.keys(files);
}

function projectFiles(options: ProjectOptions): Record<string, string> {
  const extension = options.language === 'typescript' ? 'ts' : 'js';
  const entry = `${options.name.replaceAll('-', '_')}.${extension}`;
  const manifest = createManifest({
    name: options.name,
    version: '0.1.0',
    description: options.description,
    author: options.author,
    plugin_type: options.type as PluginType, // oclif let only the four kinds through; createManifest checks again
    min_agentmesh_version: AGENTMESH_VERSION,
  });
  return {
    [MANIFEST_FILENAME]: formatManifest(manifest),
    [entry]: entryText(extension),
    'package.json': `${JSON.stringify({ name: options.name, private: true, type: 'module', scripts: { test: 'node --test' } }, undefined, 2)}\n`,
    [`test/${options.name}.test.js`]: testText(entry),
    'README.md': readmeText(options.name, options.description),
    '.agentmeshignore': 'test/\n',
  };
}

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { RefusedEntry, StagedFile, StagedPlugin } from '@agentmesh/shape';

/** Contents of files by their path in a plugin. */
export type PluginFiles = Readonly<Record<string, string | Uint8Array>>;

/** Writes files below a folder, which is made. */
export async function writePluginFiles(root: string, files: PluginFiles): Promise<void> {
  await mkdir(root, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

/**
 * Lists a folder as a plugin, for tests of shapes. What is neither file nor folder is told as refused; nothing else is
 * checked, so that a test can hand a shape what an installer would not. File system errors pass through.
 *
 * @param fields what is to differ from a plugin `demo`, 1.0.0, without manifest and permissions
 */
export async function stagePlugin(root: string, fields: Partial<StagedPlugin> = {}): Promise<StagedPlugin> {
  const place = await realpath(root);
  const files: StagedFile[] = [];
  const refused: RefusedEntry[] = [];
  for (const entry of await readdir(place, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const path = relative(place, join(entry.parentPath, entry.name)).replaceAll(sep, '/');
    if (entry.isFile()) files.push(describeFile(path, await readFile(join(place, path))));
    else refused.push({ path, reason: entry.isSymbolicLink() ? 'it is a symbolic link' : 'it is not a regular file' });
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { name: 'demo', version: '1.0.0', root: place, files, refused, manifest: {}, permissions: {}, ...fields };
}

function describeFile(path: string, bytes: Uint8Array): StagedFile {
  return { path, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

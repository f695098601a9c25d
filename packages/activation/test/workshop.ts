import { existsSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

export const IDS = ['claude', 'codex', 'cursor', 'copilot', 'gemini'];

export type Files = Readonly<Record<string, string>>;

/** In memory where there is such a folder. */
const ROOT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export async function temporaryFolder(): Promise<string> {
  const dir = await realpath(await mkdtemp(join(ROOT, 'agentmesh-activation-')));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

export async function writeFiles(dir: string, files: Files): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
}

/** Every file, link and empty folder below a folder, with its content. */
export async function snapshot(dir: string, below = ''): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const names = (await readdir(join(dir, below)).catch(() => [])).sort();
  if (names.length === 0 && below !== '') found[`${below}/`] = '';
  for (const name of names) {
    const path = below === '' ? name : `${below}/${name}`;
    if (path === '.agentmesh') continue;
    const stat = await lstat(join(dir, path));
    if (stat.isSymbolicLink()) found[path] = `-> ${await readlink(join(dir, path))}`;
    else if (stat.isDirectory()) Object.assign(found, await snapshot(dir, path));
    else found[path] = await readFile(join(dir, path), 'utf8');
  }
  return found;
}

export const skill = (name: string, text = 'Do it.'): string =>
  `---\nname: ${name}\ndescription: What ${name} is for.\n---\n${text}\n`;

/** Puts a plugin's files into a folder of its own, and leads the folder below `pluginsDir` there, as an installer does. */
export async function installPlugin(pluginsDir: string, name: string, version: string, files: Files): Promise<void> {
  const tree = join(dirname(pluginsDir), 'trees', `${name}-${version}`);
  await writeFiles(tree, files);
  await mkdir(pluginsDir, { recursive: true });
  await rm(join(pluginsDir, name), { recursive: true, force: true });
  await symlink(tree, join(pluginsDir, name), 'junction');
}

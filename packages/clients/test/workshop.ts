import { existsSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ChangeReport, type ClientScope, createInstallContext, settleActivation } from '@agentmesh/clients';
import type { Finding } from '@agentmesh/errors';
import {
  type Activation,
  type InstallContext,
  type McpServer,
  type RegistrationStep,
  registerEach,
  type StagedPlugin,
} from '@agentmesh/shape';
import { onTestFinished } from 'vitest';

export const IDS = ['claude', 'codex', 'cursor', 'copilot', 'gemini'];

/** In memory where there is such a folder: what a kill leaves does not depend on the disk, and it takes a third of the time. */
const ROOT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export async function temporaryFolder(): Promise<string> {
  const dir = await realpath(await mkdtemp(join(ROOT, 'agentmesh-clients-')));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** Files by path; a value is the text. */
export async function writeFiles(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
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
    const stat = await lstat(join(dir, path));
    if (stat.isSymbolicLink()) found[path] = `-> ${await readlink(join(dir, path))}`;
    else if (stat.isDirectory()) Object.assign(found, await snapshot(dir, path));
    else found[path] = await readFile(join(dir, path), 'utf8');
  }
  return found;
}

export interface Workshop {
  readonly dir: string;
  readonly project: string;
  readonly home: string;
  readonly folders: { projectDir: string; homeDir: string; journalDir: string };
}

export async function makeWorkshop(): Promise<Workshop> {
  const dir = await temporaryFolder();
  const [project, home] = [join(dir, 'project'), join(dir, 'home')];
  await mkdir(project);
  await mkdir(home);
  return { dir, project, home, folders: { projectDir: project, homeDir: home, journalDir: join(dir, 'journal') } };
}

/** What a plugin brings; everything of it is optional. */
export interface Bringing {
  readonly plugin?: string;
  readonly skills?: Readonly<Record<string, string>>;
  readonly servers?: Readonly<Record<string, McpServer>>;
  readonly agents?: Readonly<Record<string, string>>;
  readonly rules?: Readonly<Record<string, string>>;
  readonly graphs?: readonly string[];
}

export interface Target {
  readonly client: string;
  readonly scope?: ClientScope;
  readonly links?: 'auto' | 'never';
}

/** What was brought, and what each shape would keep of it. */
export interface Brought extends Omit<ChangeReport, 'findings'> {
  readonly activations: readonly Activation[];
  readonly findings: readonly Finding[];
}

/** Installs the files of a plugin and brings it into a client, as an app does. */
export async function bring(
  { dir, folders }: Pick<Workshop, 'dir' | 'folders'>,
  { client, scope = 'project', links = 'auto' }: Target,
  { plugin = 'notes', skills = {}, servers = {}, agents = {}, rules = {}, graphs = [] }: Bringing,
): Promise<Brought> {
  const pluginDir = join(dir, 'plugins', plugin);
  await mkdir(pluginDir, { recursive: true });
  for (const [name, text] of Object.entries(skills)) await writeFiles(pluginDir, { [`skills/${name}/SKILL.md`]: text });
  const context = createInstallContext({ ...folders, scope, client, plugin, pluginDir, links });
  const staged: StagedPlugin = {
    name: plugin,
    version: '1.0.0',
    root: pluginDir,
    files: [],
    manifest: {},
    permissions: {},
  };
  const steps: Record<string, RegistrationStep['register'][]> = {
    agentskills: [
      ...Object.keys(skills).map(
        (name) => (to: InstallContext) => to.registerSkill({ name, folder: join(pluginDir, 'skills', name) }),
      ),
      ...Object.entries(rules).map(
        ([from, text]) =>
          (to: InstallContext) =>
            to.appendMemory({ from, text }),
      ),
    ],
    mcp: Object.entries(servers).map(
      ([name, server]) =>
        (to) =>
          to.registerMcpServer({ name, server }),
    ),
    deepagents: Object.entries(agents).map(
      ([name, prompt]) =>
        (to) =>
          to.registerSubagent({ name, description: `About ${name}`, prompt }),
    ),
    langgraph: graphs.map((name) => (to) => to.registerGraph({ name, value: { file: './graph.js' } })),
  };
  const activations: Activation[] = [];
  for (const [shape, all] of Object.entries(steps)) {
    const registrations = all.map((register) => ({ path: shape, register }));
    activations.push(
      await registerEach({ shape, plugin: staged, context: context.forShape(shape), steps: registrations }),
    );
  }
  const report = await context.commit();
  const settled = activations.map((activation) => settleActivation(activation, report));
  return { ...report, activations: settled, findings: settled.flatMap(({ findings }) => findings) };
}

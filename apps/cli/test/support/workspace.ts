import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { onTerminal, type Step } from './on-terminal.js';

const root = join(import.meta.dirname, '../../../..');
const bin = join(root, 'apps/cli/bin/agentmesh.js');

/** What one run of the command came to. */
interface Run {
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project folder and a home of its own, with the built command as a user has it. */
export interface CliWorkspace {
  readonly project: string;
  readonly home: string;
  run(args: readonly string[], options?: { input?: string; env?: Record<string, string> }): Promise<Run>;
  /** Runs at a terminal, typing each step's answer once its text is shown. */
  terminal(args: readonly string[], steps?: readonly Step[]): ReturnType<typeof onTerminal>;
  /** Runs with `--json` and parses what it prints. */
  json(args: readonly string[]): Promise<{ readonly status: number | undefined; readonly data: never }>;
  path(...parts: string[]): string;
  /** Copies a plugin of `examples/plugins` into the project, with another version or author if given. */
  example(name: string, changes?: Readonly<Record<string, string>>): Promise<string>;
  close(): Promise<void>;
}

/** Makes an empty workspace in the temporary folder. */
export async function openWorkspace(): Promise<CliWorkspace> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmesh-cli-'));
  const project = join(folder, 'project');
  const home = join(folder, 'home');
  await mkdir(project);
  await mkdir(home);
  const ownEnv = { HOME: home, PATH: process.env.PATH ?? '', AGENTMESH_CONFIG_HOME: join(home, 'config') };
  const run: CliWorkspace['run'] = async (args, { input, env } = {}) => {
    const result = await execa(process.execPath, [bin, ...args], {
      cwd: project,
      env: { ...ownEnv, ...env },
      extendEnv: false,
      reject: false,
      ...(input === undefined ? { stdin: 'ignore' } : { input }),
    });
    return { status: result.exitCode, stdout: String(result.stdout), stderr: String(result.stderr) };
  };
  return {
    project,
    home,
    run,
    terminal: (args, steps = []) => onTerminal([process.execPath, bin, ...args], { cwd: project, env: ownEnv, steps }),
    json: async (args) => {
      const { status, stdout } = await run([...args, '--json']);
      return { status, data: JSON.parse(stdout) as never }; // each test states the shape it expects
    },
    path: (...parts) => join(project, ...parts),
    example: async (name, changes = {}) => {
      const target = join(project, name);
      await rm(target, { recursive: true, force: true });
      await cp(join(root, 'examples/plugins', name), target, { recursive: true });
      const manifest = join(target, 'agent-plugin.yaml');
      let text = await readFile(manifest, 'utf8');
      for (const [key, value] of Object.entries(changes))
        text = text.replace(new RegExp(`^${key}: .*$`, 'm'), `${key}: ${value}`);
      await writeFile(manifest, text);
      return target;
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const example = join(root, 'examples/resolver-hello');
const bin = join(root, 'apps/cli/bin/agentmesh.js');
const MINUTES = 60_000;

interface PackageFile {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

let folder: string;
let hello: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmesh-hello-'));
  hello = join(folder, 'hello');
  await cp(example, hello, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function packageFile(path: string): Promise<PackageFile> {
  return JSON.parse(await readFile(join(path, 'package.json'), 'utf8'));
}

/** Our packages that `names` need, themselves included. */
async function withNeeded(names: readonly string[]): Promise<readonly string[]> {
  const all = new Set(names);
  for (const name of all) {
    const { dependencies = {} } = await packageFile(join(root, name.replace('@agentmesh/', 'packages/')));
    for (const needed of Object.keys(dependencies)) if (needed.startsWith('@agentmesh/')) all.add(needed);
  }
  return [...all];
}

async function filesOf(path: string): Promise<Record<string, string>> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = files.map(async (file) => [file.slice(path.length), await readFile(file, 'utf8')] as const);
  return Object.fromEntries(await Promise.all(texts));
}

describe('examples/resolver-hello', () => {
  it('is what `agentmesh source init hello` writes', async () => {
    await execa(process.execPath, [bin, 'source', 'init', 'hello'], { cwd: folder });
    const [written, kept] = [await filesOf(join(folder, 'agentmesh-resolver-hello')), await filesOf(example)];
    const anyVersion = (text = ''): string => text.replace(/("@agentmesh\/\w+": )"[^"]+"/g, '$1"*"');
    expect(anyVersion(written['/package.json'])).toBe(anyVersion(kept['/package.json']));
    expect({ ...written, '/package.json': '' }).toEqual({ ...kept, '/package.json': '' });
  });

  it(
    'builds, and keeps the contract, with our packages as they are packed',
    async () => {
      const { dependencies, devDependencies } = await packageFile(example);
      const asked = Object.keys({ ...dependencies, ...devDependencies }).filter((name) =>
        name.startsWith('@agentmesh/'),
      );
      const tarballs = await Promise.all(
        (await withNeeded(asked)).map(async (name) => {
          const cwd = join(root, name.replace('@agentmesh/', 'packages/'));
          const { stdout } = await execa('pnpm', ['pack', '--json', '--pack-destination', join(folder, 'packed')], {
            cwd,
          });
          return `  "${name}": "file:${JSON.parse(stdout).filename}"`;
        }),
      );
      await writeFile(join(hello, 'pnpm-workspace.yaml'), `overrides:\n${tarballs.join('\n')}\n`);
      await execa('pnpm', ['install', '--prefer-offline', '--ignore-scripts'], { cwd: hello });
      await execa('pnpm', ['run', 'build'], { cwd: hello });
      const { stdout } = await execa('pnpm', ['test'], { cwd: hello, env: { NO_COLOR: '1' } });
      expect(stdout).toMatch(/^. fail 0$/m);
      expect(stdout).toMatch(/^. pass [1-9][0-9]+$/m);
    },
    2 * MINUTES,
  );

  it(
    'is loaded by the command line once the user accepted it, and again after each change',
    async () => {
      const project = join(folder, 'project');
      const name = 'agentmesh-resolver-hello';
      await mkdir(project);
      await execa('pnpm', ['pack', '--pack-destination', folder], { cwd: hello });
      const dependencies = { [name]: `file:${join(folder, `${name}-0.1.0.tgz`)}` };
      await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, dependencies }));
      await cp(join(hello, 'pnpm-workspace.yaml'), join(project, 'pnpm-workspace.yaml'));
      await execa('pnpm', ['install', '--prefer-offline', '--ignore-scripts'], { cwd: project });
      await writeFile(join(project, 'agentmesh.yaml'), `resolvers: ["${name}"]\n`);
      const env = { PATH: process.env.PATH ?? '', HOME: folder, AGENTMESH_CONFIG_HOME: join(folder, 'config') };
      const run = async (...args: string[]): Promise<{ status: number | undefined; data: never }> => {
        const options = { cwd: project, env, extendEnv: false, reject: false } as const;
        const { exitCode, stdout } = await execa(process.execPath, [bin, ...args, '--json'], options);
        return { status: exitCode, data: JSON.parse(stdout) as never }; // each expectation states the shape
      };
      const refused = { status: 5, data: { error: { code: 'CONSENT_REQUIRED' } } };
      expect(await run('plugin', 'install', 'hello://world')).toMatchObject(refused);
      const waiting = expect.objectContaining({ package: name, scheme: null, accepted: false, from: 'project' });
      expect(await run('source', 'list')).toMatchObject({ data: { sources: expect.arrayContaining([waiting]) } });
      expect(await run('source', 'accept', '--yes')).toMatchObject({ status: 0, data: { accepted: [name] } });
      expect(await run('source', 'list')).toMatchObject({
        data: { schemes: expect.arrayContaining(['hello', 'git']) },
      });
      expect(await run('plugin', 'install', 'hello://world')).toMatchObject({ status: 0, data: { name: 'world' } });
      expect(await run('plugin', 'run', 'world', 'greet')).toMatchObject({ data: { result: 'Hello, world' } });
      await writeFile(join(project, 'node_modules', name, 'dist/more.js'), 'evil');
      expect(await run('plugin', 'install', 'hello://moon')).toMatchObject(refused);
    },
    MINUTES,
  );
});

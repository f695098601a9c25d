import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CliWorkspace, openWorkspace } from './support/workspace.js';

const NAME = 'agentmesh-resolver-demo';
const MODULE = `import { mkdir, writeFile } from 'node:fs/promises';
export const createResolver = (options) => ({
  scheme: 'demo',
  fetch: async (spec, target) => {
    const fields = { name: 'demo', version: '1.0.0', description: Object.keys(options).sort().join(' '), author: 'a', plugin_type: 'validator' };
    await writeFile(target + '/agent-plugin.yaml', JSON.stringify(fields));
    await writeFile(target + '/index.js', 'export const run = () => 1;');
    return { name: 'demo', resolved: 'demo://' + spec };
  },
});
`;

let cli: CliWorkspace;
beforeEach(async () => {
  cli = await openWorkspace();
});
afterEach(() => cli.close());

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

async function installResolver(folder: string, module = MODULE): Promise<void> {
  await write(
    `${folder}/node_modules/${NAME}/package.json`,
    JSON.stringify({ name: NAME, version: '1.0.0', type: 'module' }),
  );
  await write(`${folder}/node_modules/${NAME}/index.js`, module);
}

const failed = async (...args: string[]) => {
  const { status, data } = await cli.json(args);
  return { status, code: (data as { error: { code: string } }).error.code }; // it failed, so it is an error
};

describe('a resolver package', () => {
  it('that the user named and installed runs without a question, with the options of the network', async () => {
    await installResolver(`${cli.home}/config`);
    await write(`${cli.home}/config/settings.yaml`, `resolvers: [${NAME}]\n`);
    expect(await cli.json(['plugin', 'install', 'demo://x'])).toMatchObject({ status: 0, data: { name: 'demo' } });
    const { data } = await cli.json(['source', 'list']);
    expect(data).toMatchObject({
      sources: expect.arrayContaining([expect.objectContaining({ scheme: 'demo', from: 'user' })]),
    });
    const text = await cli.run(['source', 'list']);
    expect(text.stdout).toMatch(/^demo +user: agentmesh-resolver-demo/m);
  });

  it('that the user named is not looked for in the project', async () => {
    await installResolver(cli.project);
    await write(`${cli.home}/config/settings.yaml`, `resolvers: [${NAME}]\n`);
    expect(await failed('plugin', 'install', 'demo://x')).toEqual({ status: 3, code: 'RESOLVER_NOT_FOUND' });
  });

  it('that a project names does not run before it was accepted, whatever is asked', async () => {
    await installResolver(
      cli.project,
      `import { writeFileSync } from 'node:fs';\nwriteFileSync('ran', '');\n${MODULE}`,
    );
    await write(cli.path('agentmesh.yaml'), `resolvers: [${NAME}]\n`);
    expect(await failed('plugin', 'install', 'demo://x')).toEqual({ status: 5, code: 'CONSENT_REQUIRED' });
    expect(await failed('source', 'accept')).toEqual({ status: 2, code: 'USAGE' });
    const { stdout } = await cli.run(['doctor']);
    expect(stdout).toContain(`this project names ${NAME}, which you have not accepted`);
    const list = await cli.run(['source', 'list']);
    expect(list.stderr).toContain('agentmesh source accept');
    expect(await readdir(cli.project)).not.toContain('ran');
    expect(await cli.terminal(['source', 'accept'], [['[y/N]', 'n\r']])).toMatchObject({ status: 5 });
    expect(await cli.terminal(['source', 'accept'], [['[y/N]', 'y\r']])).toMatchObject({ status: 0 });
    expect(await cli.json(['source', 'accept'])).toEqual({ status: 0, data: { accepted: [] } });
    expect(await cli.json(['plugin', 'install', 'demo://x'])).toMatchObject({ status: 0 });
    expect(await readdir(cli.project)).toContain('ran');
  });

  it('that waits for consent is not in the way of one that the user named', async () => {
    await installResolver(`${cli.home}/config`);
    await write(`${cli.home}/config/settings.yaml`, `resolvers: [${NAME}]\n`);
    const other = 'agentmesh-resolver-other';
    await write(cli.path(`node_modules/${other}/package.json`), JSON.stringify({ name: other, type: 'module' }));
    await write(cli.path('agentmesh.yaml'), `resolvers: [${other}]\n`);
    expect(await cli.json(['plugin', 'install', 'demo://x'])).toMatchObject({ status: 0 });
    expect(await failed('plugin', 'install', 'other://x')).toEqual({ status: 5, code: 'CONSENT_REQUIRED' });
  });

  it('does not stand in the way of what needs none', async () => {
    await write(cli.path('agentmesh.yaml'), 'resolvers: [agentmesh-resolver-gone]\n');
    await write(
      cli.path('plugins/mine/agent-plugin.yaml'),
      JSON.stringify({ name: 'mine', version: '1.0.0', description: 'd', author: 'a', plugin_type: 'validator' }),
    );
    expect(await cli.json(['plugin', 'install', 'local://mine'])).toMatchObject({ status: 0 });
    expect(await failed('plugin', 'install', 'gone://x')).toEqual({ status: 3, code: 'RESOLVER_NOT_FOUND' });
  });

  it.each([
    ['takes a scheme of ours', MODULE.replace("scheme: 'demo'", "scheme: 'github'"), 'SOURCE_SCHEME_TAKEN', 6],
    ['is no resolver', 'export const createResolver = () => 1;', 'RESOLVER_INVALID', 1],
  ])('that %s is refused with a clear error', async (_, module, code, status) => {
    await installResolver(`${cli.home}/config`, module);
    await write(`${cli.home}/config/settings.yaml`, `resolvers: [${NAME}]\n`);
    expect(await failed('plugin', 'install', 'demo://x')).toEqual({ status, code });
  });
});

describe('source init', () => {
  it.each(['S3', '-x', 's3://', 's..3', 's3-', ''])('refuses %j, which is no scheme', async (scheme) => {
    const { status, stdout } = await cli.run(['source', 'init', '--json', '--', scheme]);
    expect({ status, error: JSON.parse(stdout).error }).toMatchObject({ status: 2, error: { code: 'USAGE' } });
    expect(await readdir(cli.project)).toEqual([]);
  });

  it('refuses a scheme of ours and a folder that is not empty', async () => {
    expect(await failed('source', 'init', 'git+ssh')).toEqual({ status: 6, code: 'SOURCE_SCHEME_TAKEN' });
    expect(await cli.json(['source', 'init', 'my+s3.x'])).toMatchObject({
      data: { package: 'agentmesh-resolver-my-s3-x' },
    });
    expect(await failed('source', 'init', 'my+s3.x')).toEqual({ status: 6, code: 'FOLDER_NOT_EMPTY' });
  });
});

describe('doctor', () => {
  it('shows the version of git, and what to do without it', async () => {
    const { stdout } = await cli.run(['doctor']);
    expect(stdout).toMatch(/git +2\.\d+\.\d+, for the schemes git, git\+ssh and github/);
    const without = await cli.run(['doctor'], { env: { PATH: cli.home } });
    expect(without.stdout).toMatch(/git +git cannot be run: git 2\.\d+\.\d+ or newer is needed\n +Install git/);
  });
});

describe('credentials', () => {
  it('in a file that others may read are refused', async () => {
    await write(`${cli.home}/config/credentials.json`, '{"hosts":{}}');
    const run = await cli.json(['plugin', 'install', 'https://agentmesh.invalid/x.tgz']);
    expect(run).toMatchObject({ status: 2, data: { error: { code: 'CREDENTIALS_INVALID' } } });
  });
});

import { readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CTRL_C } from './support/on-terminal.js';
import { type CliWorkspace, openWorkspace } from './support/workspace.js';

let cli: CliWorkspace;
beforeEach(async () => {
  cli = await openWorkspace();
});
afterEach(() => cli.close());

const NAME = 'talkative-plugin';
const SOURCE = `export const talk = (input) => { console.log('first\\nsecond \\u001b[31mred'); console.error('third'); return input; };
export const loop = () => { console.log('before the loop'); for (;;); };`;
const SECRETS = 'export const secrets = () => Object.entries(process.env).join();';

async function writeTalkative(source = SOURCE, permissions = ''): Promise<void> {
  await cli.run(['plugin', 'init', NAME, '--type', 'validator', '--author', 'alice@example.com']);
  for (const file of await readdir(cli.path(NAME))) {
    if (file.endsWith('.js')) await writeFile(cli.path(NAME, file), '');
  }
  await writeFile(cli.path(NAME, 'talkative_plugin.js'), source);
  const manifest = `name: ${NAME}\nversion: 1.0.0\ndescription: Talks\nauthor: alice@example.com\nplugin_type: validator\n`;
  await writeFile(cli.path(NAME, 'agent-plugin.yaml'), `${manifest}${permissions}`);
}

async function installTalkative(source = SOURCE, permissions = '', ...flags: readonly string[]): Promise<void> {
  await writeTalkative(source, permissions);
  await cli.run(['plugin', 'publish', NAME]);
  const { status, stderr } = await cli.run(['plugin', 'install', NAME, ...flags]);
  expect(status, stderr).toBe(0);
}

describe('plugin run', () => {
  it('shows what the plugin prints on stderr, each line marked and made safe, and the result alone on stdout', async () => {
    await installTalkative();
    const { stdout, stderr } = await cli.run(['plugin', 'run', NAME, 'talk', '--input', '7']);
    expect(stdout).toBe('{"result":7}');
    expect(stderr.split('\n').sort()).toEqual(['[plugin] first', '[plugin] second \\u001b[31mred', '[plugin] third']);
  });

  it('shows what was printed before a limit ended the call', async () => {
    await installTalkative();
    const { status, stderr } = await cli.run(['plugin', 'run', NAME, 'loop', '--timeout', '500']);
    expect(status).toBe(1);
    expect(stderr).toContain('[plugin] before the loop');
    expect(stderr).toContain('SANDBOX_TIMEOUT');
  });

  it('says where the time went when asked', async () => {
    await installTalkative();
    const { stderr } = await cli.run(['plugin', 'run', NAME, 'talk', '--time']);
    expect(stderr).toMatch(/[\d.]+ ms in all: verified [\d.]+ ms, .*ran [\d.]+ ms \((?:quickjs|node), os-strict\)/);
  });

  it('says in JSON at which level and in which engine it ran, what is missing, and what was printed', async () => {
    await installTalkative();
    const { status, data } = await cli.json(['plugin', 'run', NAME, 'talk', '--input', '7']);
    expect(status).toBe(0);
    expect(data).toMatchObject({
      result: 7,
      isolation: 'os-strict',
      engine: 'quickjs',
      missing: expect.any(Array),
      logs: { stderr: 'third\n', truncated: false },
    });
  });

  it('takes a level on purpose, and knows no other', async () => {
    await installTalkative();
    expect(await cli.json(['plugin', 'run', NAME, 'talk', '--isolation', 'language'])).toMatchObject({ status: 0 });
    expect((await cli.run(['plugin', 'run', NAME, 'talk', '--isolation', 'none'])).status).toBe(2);
  });

  it('gives the variables that were granted by name, and no others', async () => {
    await installTalkative(SECRETS, 'permissions:\n  env: [AGENTMESH_TEST_SECRET]\n', '--allow-permissions');
    const env = { AGENTMESH_TEST_SECRET: 'hush', AGENTMESH_TEST_OTHER: 'other' };
    const { stdout } = await cli.run(['plugin', 'run', NAME, 'secrets'], { env });
    expect(stdout).toBe('{"result":"AGENTMESH_TEST_SECRET,hush"}');
  });
});

describe.runIf(process.platform === 'linux')('plugin dev', () => {
  const traces = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('agentmesh-testing-'));

  it('calls again after each change, shows faults and goes on, and Ctrl-C leaves nothing', async () => {
    await writeTalkative('export const run = () => ({ version: 1 });');
    const before = await traces();
    const source = cli.path(NAME, 'talkative_plugin.js');
    const { status, shown } = await cli.terminal(
      ['plugin', 'dev', NAME, 'run'],
      [
        ['"version":1', '', source, 'export const run = () => { throw new RangeError("off \\u001b[2J"); };'],
        ['RangeError', '', source, 'export const run = () => { for (;;); };'],
        ['changed', '', source, 'export const run = ('],
        ['SyntaxError', '', source, 'export const run = () => { console.log("hello"); return { version: 2 }; };'],
        ['"version":2', CTRL_C],
      ],
    );
    expect(status).toBe(0);
    expect(shown).toContain('[plugin] hello');
    expect(shown).toContain('talkative_plugin.js changed');
    expect(shown).not.toContain('\u001b[2J');
    expect(await traces()).toEqual(before);
  });

  it('grants nothing unless told, and says so', async () => {
    await writeTalkative(SECRETS, 'permissions:\n  env: [AGENTMESH_TEST_SECRET, HOME]\n');
    const { shown } = await cli.terminal(['plugin', 'dev', NAME, 'secrets'], [['{"result":', CTRL_C]]);
    expect(shown).toContain('Not granted: env');
    expect(shown).toContain('{"result":""}');
  });

  it('says that there is no such folder', async () => {
    expect(await cli.json(['plugin', 'dev', 'nowhere', 'run'])).toMatchObject({
      status: 3,
      data: { error: { code: 'FILE_NOT_FOUND' } },
    });
  });
});

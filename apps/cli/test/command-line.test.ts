import { mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withFileLock } from '@agentmesh/files';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CTRL_C } from './support/on-terminal.js';
import { type CliWorkspace, openWorkspace } from './support/workspace.js';

let cli: CliWorkspace;
beforeEach(async () => {
  cli = await openWorkspace();
});
afterEach(() => cli.close());

describe('the command line', () => {
  it.each([
    [['plugin', 'isntall', 'x'], 'agentmesh plugin install'],
    [['plguin', 'list'], 'agentmesh plugin'],
    [['docter'], 'agentmesh doctor'],
    [['install', 'x'], 'agentmesh plugin install'],
  ])('%j is a usage error that names what was meant', async (args, meant) => {
    const { status, stderr } = await cli.run(args);
    expect(status).toBe(2);
    expect(stderr).toContain(`Did you mean: ${meant}`);
  });

  it.each([
    [['plugin', 'install', 'x', '--verfy'], '--verify'],
    [['plugin', 'install', 'x', '--no-verfy'], '--no-verify'],
    [['plugin', 'list', '--typ', 'agent'], '--type'],
    [['plugin', 'list', '--jsn'], '--json'],
    [['plugin', 'list', '--type', 'agnt'], 'agent'],
    [['completion', 'bsh'], 'bash'],
  ])('%j is a usage error that names the flag or choice that was meant', async (args, meant) => {
    const { status, stderr } = await cli.run(args);
    expect(status).toBe(2);
    expect(stderr).toContain(`Did you mean ${meant}?`);
  });

  it.each([
    [['plugin', 'install'], 3],
    [['plugin', 'install', 'x', '--bogus'], 2],
    [['plugin', 'list', '--type', 'bogus'], 2],
    [['plugin', 'install', 'absent'], 3],
    [['plugin', 'info', 'absent'], 3],
    [['plugin', 'uninstall', 'absent'], 3],
    [['plugin', 'install', 'nowhere://x'], 2],
    [['plugin', 'verify', './absent'], 3],
    [['key', 'revoke', 'SHA256:absent'], 3],
    [['key', 'trust', 'a', '--key', 'absent.pem'], 3],
    [['plugin', 'run', 'absent', 'f'], 3],
    [['plugin', 'run', 'absent', 'f', '--input', '{'], 2],
  ])('%j exits %i, with the same code in --json', async (args, status) => {
    expect((await cli.run(args)).status).toBe(status);
    const { data } = await cli.json(args);
    expect(data).toEqual({
      error: expect.objectContaining({ code: expect.stringMatching(/^[A-Z_]+$/), message: expect.any(String) }),
    });
  });

  it.each([
    [['--bogus'], 2],
    [['plugin', '--bogus'], 2],
    [['plugin'], 2],
    [['plugin', 'install', 'x', '--version'], 2],
    [['plugin', 'run', 'x', 'f', '--timeout', 'abc'], 2],
    [['plugin', 'search', 'x', '--limit', '0'], 2],
    [['plugin', 'list', '--registry', 'x'], 2],
    [['plugin', 'install', './folder'], 3],
    [['plugin', 'verify', 'absent'], 3],
    [['plugin', 'run', 'x', 'f', '--input', '@absent'], 3],
    [['plugin', 'owner', 'add', 'x', '--owner', 'absent'], 3],
    [['plugin', 'publish', 'absent'], 3],
    [['plugin', 'sign', 'absent'], 3],
  ])('%j --json exits %i and prints nothing but the error', async (args, status) => {
    expect(await cli.json(args)).toEqual({
      status,
      data: { error: expect.objectContaining({ code: expect.stringMatching(/^(?!INTERNAL)[A-Z_]+$/) }) },
    });
  });

  it('shows help with examples for every command', async () => {
    const manifest = JSON.parse(await readFile(join(import.meta.dirname, '../oclif.manifest.json'), 'utf8'));
    for (const id of Object.keys(manifest.commands)) {
      expect(manifest.commands[id].examples.length).toBeGreaterThan(0);
      // Those two are what they start: their output is not the command's own.
      if (!['plugin:mcp:start', 'serve'].includes(id)) expect(manifest.commands[id].flags.json, id).toBeDefined();
    }
    const { stdout, status } = await cli.run(['plugin', 'install', '--help']);
    expect(status).toBe(0);
    expect(stdout).toContain('EXAMPLES');
    expect((await cli.run([])).stdout).toContain('plugin');
    for (const args of [['--version'], ['-v'], ['version']]) {
      expect(await cli.run(args)).toMatchObject({ status: 0, stdout: expect.stringContaining('@agentmesh/cli') });
    }
    for (const args of [['plugin', 'list', '-h'], ['help', 'plugin', 'list'], ['help', 'plugin'], ['-h'], ['help']]) {
      expect(await cli.run(args)).toMatchObject({ status: 0, stdout: expect.stringContaining('USAGE') });
    }
  });

  it('prints no colour and no progress where there is no terminal', async () => {
    const { stdout, stderr } = await cli.run(['plugin', 'install', 'absent']);
    expect(`${stdout}${stderr}`).not.toContain('\u001b');
  });

  it('lets no escape sequence of a plugin reach the terminal', async () => {
    const registry = cli.path('hostile.json');
    const manifest = {
      name: 'evil',
      version: '1.0.0',
      description: 'x\u001b[2Jy\u009b1m\u202e',
      author: '\u0007bell',
      plugin_type: 'agent',
    };
    await writeFile(registry, JSON.stringify([{ ...manifest, capabilities: [], dependencies: [] }]));
    for (const args of [
      ['search', 'evil'],
      ['info', 'evil'],
      ['list', '--available'],
    ]) {
      for (const flags of [[], ['--json']]) {
        const { stdout, stderr, status } = await cli.run(['plugin', ...args, '--registry', registry, ...flags]);
        expect(status).toBe(0);
        expect(`${stdout}${stderr}`).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      }
    }
  });

  it('reads no more than 8 MiB of standard input', async () => {
    const { status, stderr } = await cli.run(['plugin', 'run', 'absent', 'f', '--input', '-'], {
      input: 'x'.repeat(9_000_000),
    });
    expect(status).toBe(7);
    expect(stderr).toContain('FILE_TOO_LARGE');
  });

  it('lists the schemes that plugins come from', async () => {
    const schemes = ['clawhub', 'git', 'git+ssh', 'github', 'http', 'https', 'local', 'npm', 'oci', 'registry'];
    const github = expect.objectContaining({
      scheme: 'github',
      from: 'built in',
      package: '@agentmesh/resolver-github',
    });
    const data = { schemes, sources: expect.arrayContaining([github]) };
    expect(await cli.json(['source', 'list'])).toEqual({ status: 0, data });
  });

  it('completes commands and flags in bash', async () => {
    const { stdout: script } = await cli.run(['completion', 'bash']);
    const complete = async (...words: string[]) => {
      const line = `${script}\nCOMP_WORDS=(agentmesh "$@"); COMP_CWORD=$#; _agentmesh; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return (await execa('bash', ['-c', line, 'bash', ...words])).stdout.split('\n');
    };
    expect(await complete('plugin', 'ins')).toEqual(['install']);
    expect(await complete('pl')).toEqual(['plugin']);
    expect(await complete('plugin', 'install', 'name', '--no')).toEqual(['--no-verify']);
    expect((await cli.run(['completion', 'zsh'])).stdout).toContain('#compdef agentmesh');
    expect((await cli.run(['completion', 'fish'])).stdout).toContain('complete -c agentmesh');
  });
});

describe.runIf(process.platform === 'linux')('a cloned project whose file is an endless device', () => {
  it.each(['agentmesh.yaml', '.agentmesh/trusted-keys.yaml'])('is refused at once: %s', async (path) => {
    await mkdir(cli.path('.agentmesh'));
    await symlink('/dev/zero', cli.path(path));
    expect(await cli.json(['plugin', 'list'])).toMatchObject({
      status: 2,
      data: { error: { code: 'FILE_NOT_REGULAR' } },
    });
  });
});

describe('at a terminal', () => {
  it('asks before it removes, and takes anything but yes for no', async () => {
    await cli.example('response-length-validator');
    await cli.run(['plugin', 'publish', 'response-length-validator']);
    const unregister = ['plugin', 'unregister', 'response-length-validator'];
    expect(await cli.terminal(unregister, [['[y/N]', '\r']])).toMatchObject({ status: 1 });
    expect(await cli.terminal(unregister, [['[y/N]', CTRL_C]])).toMatchObject({
      status: 130,
      shown: expect.stringMatching(/\[y\/N\].*\n.*Stopped by Ctrl-C/s),
    });
    expect((await cli.json(['plugin', 'info', 'response-length-validator'])).status).toBe(0);
    expect(await cli.terminal(unregister, [['[y/N]', 'y\r']])).toMatchObject({ status: 0 });
    expect((await cli.json(['plugin', 'info', 'response-length-validator'])).status).toBe(3);
  });

  it('shows what takes over 300 ms on one line that goes again, and stops at Ctrl-C with nothing left running', async () => {
    await cli.run(['plugin', 'init', 'slow']);
    const nap = 'export const nap = () => new Promise((done) => setTimeout(done, 600));';
    await writeFile(cli.path('slow/slow.js'), `${nap}\nexport const spin = () => { for (;;); };\n`);
    await cli.run(['plugin', 'publish', 'slow']);
    await cli.run(['plugin', 'install', 'slow']);
    const { status, shown } = await cli.terminal(['plugin', 'run', 'slow', 'nap']);
    expect(status).toBe(0);
    expect(shown).toMatch(/Running slow …\r\u001b\[2K\{"result":null\}/);
    const stopped = await cli.terminal(['plugin', 'run', 'slow', 'spin'], [['Running', CTRL_C]]);
    expect(stopped).toMatchObject({ status: 130, shown: expect.stringContaining('Stopped by Ctrl-C') });
    expect((await cli.terminal(['plugin', 'list'])).shown).not.toContain('…');
  });

  it('says so while it waits for another process, and leaves at once on Ctrl-C', async () => {
    await cli.run(['plugin', 'init', 'mine']);
    await cli.run(['plugin', 'publish', 'mine']);
    await cli.run(['plugin', 'install', 'mine']);
    await withFileLock(cli.path('.agentmesh/store/store.lock'), {}, async () => {
      for (const command of ['install', 'uninstall']) {
        const { status, shown } = await cli.terminal(['plugin', command, 'mine'], [['Waiting for', CTRL_C]]);
        expect({ command, status }).toEqual({ command, status: 130 });
        expect(shown).toContain('Stopped by Ctrl-C');
      }
    });
    expect((await cli.run(['plugin', 'verify', 'mine'])).status).toBe(0);
  });
});

describe('keys', () => {
  it('that were accepted and are gone since count as changed: deleting the file loosens nothing', async () => {
    await cli.run(['key', 'generate']);
    await cli.run(['key', 'trust', 'alice@example.com']);
    await rm(cli.path('.agentmesh/trusted-keys.yaml'));
    expect(await cli.json(['plugin', 'install', 'x'])).toMatchObject({
      status: 5,
      data: { error: { code: 'CONSENT_REQUIRED' } },
    });
    expect((await cli.run(['key', 'accept', '--yes'])).status).toBe(0);
    expect(await cli.json(['plugin', 'install', 'x'])).toMatchObject({ status: 3 });
    expect(await cli.json(['key', 'accept', '--yes'])).toMatchObject({ status: 3 });
  });

  it('that change between the question and the yes are not accepted', async () => {
    await cli.run(['key', 'generate']);
    await cli.run(['key', 'trust', 'alice@example.com']);
    const file = cli.path('.agentmesh/trusted-keys.yaml');
    const hers = await readFile(file, 'utf8');
    await writeFile(file, hers.replaceAll('alice@', 'bob@'));
    const step = ['[y/N]', 'y\r', file, hers.replaceAll('alice@', 'mallory@')] as const;
    expect((await cli.terminal(['key', 'accept'], [step])).shown).toContain('bob@example.com');
    expect(await cli.json(['plugin', 'verify'])).toMatchObject({ status: 5 });
  });

  it('are made once, private to the user, and never replaced', async () => {
    const { data } = await cli.json(['key', 'generate']);
    const { private_key: path } = data as { private_key: string };
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await cli.json(['key', 'generate'])).toMatchObject({ status: 6, data: { error: { code: 'KEY_EXISTS' } } });
    expect(await cli.json(['key', 'generate', '../outside'])).toMatchObject({
      status: 2,
      data: { error: { code: 'NAME_INVALID' } },
    });
  });

  it('of a cloned project count only after the user accepted them, and again after each change', async () => {
    await cli.run(['key', 'generate']);
    await cli.run(['key', 'trust', 'alice@example.com']);
    const file = cli.path('.agentmesh/trusted-keys.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll('alice@example.com', 'mallory@example.com'));
    expect(await cli.json(['plugin', 'verify'])).toMatchObject({
      status: 5,
      data: { error: { code: 'CONSENT_REQUIRED' } },
    });
    expect(await cli.json(['key', 'accept'])).toMatchObject({ status: 2, data: { error: { code: 'USAGE' } } });
    expect(await cli.json(['key', 'accept', '--yes'])).toMatchObject({ status: 0, data: { keys: 1 } });
    expect((await cli.run(['plugin', 'verify'])).status).toBe(0);
  });

  it('are listed, and a revoked one stays in the list', async () => {
    const { data } = await cli.json(['key', 'generate']);
    const { key_id } = data as { key_id: string };
    await cli.run(['key', 'trust', 'alice@example.com', '--until', '2999-01-01']);
    expect((await cli.run(['key', 'list'])).stdout).toContain('2999-01-01');
    expect(await cli.json(['key', 'revoke', key_id, '--reason', 'lost'])).toMatchObject({
      data: { authors: ['alice@example.com'] },
    });
    expect(await cli.json(['key', 'list'])).toMatchObject({
      data: { own: [{ key_id }], trusted: [{ key_id, state: 'revoked' }] },
    });
  });
});

describe('published plugins', () => {
  beforeEach(async () => {
    await cli.example('response-length-validator');
    await cli.run(['plugin', 'publish', 'response-length-validator']);
  });

  it('are deprecated, yanked and restored', async () => {
    const state = async () => {
      const { data } = await cli.json(['plugin', 'info', 'response-length-validator', '--version', '1.0.0']);
      return (data as { status: { state: string } }).status.state;
    };
    const version = ['response-length-validator', '1.0.0'];
    await cli.run(['plugin', 'deprecate', ...version, '--reason', 'old', '--successor', 'newer']);
    expect(await state()).toBe('deprecated');
    await cli.run(['plugin', 'yank', ...version]);
    expect(await state()).toBe('yanked');
    expect(await cli.json(['plugin', 'install', 'response-length-validator'])).toMatchObject({ status: 3 });
    await cli.run(['plugin', 'yank', ...version, '--undo']);
    expect(await state()).toBe('active');
  });

  it('are removed only after a yes', async () => {
    expect(await cli.json(['plugin', 'unregister', 'response-length-validator'])).toMatchObject({ status: 2 });
    expect((await cli.run(['plugin', 'unregister', 'response-length-validator', '--yes'])).status).toBe(0);
    expect(await cli.json(['plugin', 'info', 'response-length-validator'])).toMatchObject({ status: 3 });
  });

  it('belong to their first key until it adds another', async () => {
    const { data } = await cli.json(['key', 'generate', 'second']);
    const second = data as { private_key: string; public_key: string };
    await cli.example('response-length-validator', { version: '1.1.0' });
    const publish = ['plugin', 'publish', 'response-length-validator', '--key', second.private_key];
    expect(await cli.json(publish)).toMatchObject({ status: 5, data: { error: { code: 'NAME_OWNED' } } });
    await cli.run(['plugin', 'owner', 'add', 'response-length-validator', '--owner', second.public_key]);
    expect(await cli.json(publish)).toMatchObject({ status: 0, data: { version: '1.1.0' } });
    const { data: owners } = await cli.json(['plugin', 'owner', 'list', 'response-length-validator']);
    expect((owners as { owners: string[] }).owners).toHaveLength(2);
  });

  it('are found by search', async () => {
    expect(await cli.json(['plugin', 'search', 'LENGTH'])).toMatchObject({ data: { total: 1 } });
    expect((await cli.run(['plugin', 'search', 'zzz'])).stdout).toContain('No plugin matches');
  });
});

describe('doctor', () => {
  it('finds nothing wrong in an empty folder, and names a damaged plugin', async () => {
    const fresh = await cli.json(['doctor']);
    expect(fresh).toMatchObject({ status: 0, data: { healthy: true } });
    await cli.example('response-length-validator');
    await cli.run(['plugin', 'publish', 'response-length-validator']);
    await cli.run(['plugin', 'install', 'response-length-validator']);
    await writeFile(cli.path('.agentmesh/plugins/response-length-validator/README.md'), 'changed');
    const { status, stdout } = await cli.run(['doctor']);
    expect(status).toBe(1);
    expect(stdout).toContain('response-length-validator/README.md changed');
  });
});

describe('init', () => {
  it.each(['javascript', 'typescript'])(
    'writes a %s project that tests, publishes, installs and runs',
    async (language) => {
      expect((await cli.run(['plugin', 'init', 'my-plugin', '--language', language])).status).toBe(0);
      await execa(process.execPath, ['--test'], { cwd: cli.path('my-plugin') });
      expect((await cli.run(['plugin', 'publish', 'my-plugin'])).status).toBe(0);
      await cli.run(['plugin', 'install', 'my-plugin']);
      const { stdout } = await cli.run(['plugin', 'run', 'my-plugin', 'validate', '--input', '{"text":"hello"}']);
      expect(JSON.parse(stdout)).toEqual({ result: { valid: true, message: 'OK' } });
    },
  );

  it('refuses a bad name and a folder that holds something', async () => {
    expect(await cli.json(['plugin', 'init', '../evil'])).toMatchObject({
      status: 2,
      data: { error: { code: 'NAME_INVALID' } },
    });
    await cli.run(['plugin', 'init', 'my-plugin']);
    expect(await cli.json(['plugin', 'init', 'my-plugin'])).toMatchObject({
      status: 6,
      data: { error: { code: 'FOLDER_NOT_EMPTY' } },
    });
  });
});

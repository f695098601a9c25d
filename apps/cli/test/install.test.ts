import { readFile, realpath, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CliWorkspace, openWorkspace } from './support/workspace.js';

const VALIDATOR = 'response-length-validator';
const INPUT = '{"response":"This is a short response.","max_words":500}';

let cli: CliWorkspace;
beforeEach(async () => {
  cli = await openWorkspace();
});
afterEach(() => cli.close());

async function publishValidator(changes: Record<string, string> = {}): Promise<void> {
  await cli.example(VALIDATOR, changes);
  expect((await cli.run(['plugin', 'publish', VALIDATOR])).status).toBe(0);
}

async function flipBit(file: string): Promise<void> {
  const path = await realpath(cli.path('.agentmesh/plugins', VALIDATOR, file));
  const bytes = await readFile(path);
  bytes[3] = (bytes[3] ?? 0) ^ 4;
  await writeFile(path, bytes);
}

describe('a plugin on its way', () => {
  it('is published with a key made on first use, said plainly', async () => {
    await cli.example(VALIDATOR);
    const { status, stdout, stderr } = await cli.run(['plugin', 'publish', VALIDATOR]);
    expect(status).toBe(0);
    expect(stdout).toContain('Published response-length-validator 1.0.0');
    expect(stderr).toMatch(/You had no key, so one was made/);
    const again = await cli.run(['plugin', 'publish', VALIDATOR]);
    expect(again.status).toBe(6);
    expect(again.stderr).toContain('ALREADY_REGISTERED');
  });

  it('is installed, listed, verified and run', async () => {
    await publishValidator();
    await cli.run(['key', 'trust', 'alice@example.com']);
    const installed = await cli.json(['plugin', 'install', VALIDATOR]);
    expect(installed).toMatchObject({
      status: 0,
      data: { verification: 'verified', name: VALIDATOR, version: '1.0.0' },
    });
    expect(await cli.json(['plugin', 'list'])).toMatchObject({
      data: { plugins: [{ name: VALIDATOR, state: 'verified' }] },
    });
    expect(await cli.json(['plugin', 'list', '--type', 'agent'])).toMatchObject({ data: { plugins: [] } });
    expect(await cli.json(['plugin', 'verify', VALIDATOR])).toMatchObject({
      status: 0,
      data: { plugins: [{ state: 'verified' }] },
    });
    const { stdout } = await cli.run(['plugin', 'run', VALIDATOR, 'validate', '--input', INPUT]);
    expect(stdout).toBe('{"result":{"valid":true,"word_count":5,"message":"OK — 5 words (limit: 500)"}}');
  });

  it('runs on input from a file and from standard input, and says at which level it was contained', async () => {
    await publishValidator();
    await cli.run(['plugin', 'install', VALIDATOR]);
    await writeFile(cli.path('input.json'), INPUT);
    const fromFile = await cli.json(['plugin', 'run', VALIDATOR, 'validate', '--input', '@input.json']);
    expect(fromFile).toMatchObject({ data: { result: { word_count: 5 }, isolation: 'os-strict' } });
    const piped = await cli.run(['plugin', 'run', VALIDATOR, 'validate', '--input', '-'], { input: INPUT });
    expect(JSON.parse(piped.stdout)).toMatchObject({ result: { word_count: 5 } });
  });

  it('installs unverified where nobody is trusted yet, and says so', async () => {
    await publishValidator();
    const { status, stderr } = await cli.run(['plugin', 'install', VALIDATOR]);
    expect(status).toBe(0);
    expect(stderr).toContain('Nobody vouches for it');
  });

  it('is refused from an author who is not trusted, and installs with --no-verify and a warning', async () => {
    await publishValidator();
    await cli.run(['key', 'trust', 'bob@example.com']);
    expect(await cli.json(['plugin', 'install', VALIDATOR])).toMatchObject({
      status: 4,
      data: { error: { code: 'UNTRUSTED_AUTHOR' } },
    });
    const forced = await cli.run(['plugin', 'install', VALIDATOR, '--no-verify']);
    expect(forced.status).toBe(0);
    expect(forced.stderr).toContain('not checked');
  });

  it('brings what it depends on, which a new major version does not move', async () => {
    await publishValidator();
    await cli.example('response-policy-pack');
    await cli.run(['plugin', 'publish', 'response-policy-pack']);
    await publishValidator({ version: '2.0.0' });
    const { data } = await cli.json(['plugin', 'install', 'response-policy-pack']);
    expect(data).toMatchObject({
      installed: expect.arrayContaining([expect.objectContaining({ name: VALIDATOR, version: '1.0.0' })]),
    });
    const refused = await cli.json(['plugin', 'uninstall', VALIDATOR]);
    expect(refused).toMatchObject({ status: 6, data: { error: { code: 'HAS_DEPENDENTS' } } });
    const rules = await cli.run(['plugin', 'run', 'response-policy-pack', 'rules', '--input', '{"channel":"chat"}']);
    expect(JSON.parse(rules.stdout)).toEqual({
      result: [{ plugin: VALIDATOR, function: 'validate', input: { max_words: 120 } }],
    });
  });

  it('is refused by list, verify and run after one flipped bit, with the file named, until an install heals it', async () => {
    await publishValidator();
    await cli.run(['plugin', 'install', VALIDATOR]);
    await flipBit('response_length_validator.js');
    for (const args of [
      ['plugin', 'list'],
      ['plugin', 'verify'],
      ['plugin', 'run', VALIDATOR, 'validate'],
    ]) {
      const { status, stderr } = await cli.run(args);
      expect({ args, status }).toEqual({ args, status: 4 });
      expect(stderr).toContain('response_length_validator.js');
    }
    expect((await cli.run(['plugin', 'install', VALIDATOR])).stdout).toContain('healed');
    expect((await cli.run(['plugin', 'verify'])).status).toBe(0);
  });

  it.each(['../x', '.', '/etc', 'a/b'])('is never uninstalled by a path: %s', async (path) => {
    await publishValidator();
    await cli.run(['plugin', 'install', VALIDATOR]);
    expect(await cli.json(['plugin', 'uninstall', path])).toMatchObject({
      status: 2,
      data: { error: { code: 'NAME_INVALID' } },
    });
    expect((await cli.run(['plugin', 'verify'])).status).toBe(0);
  });

  it('is installed from the folder of the local scheme', async () => {
    await cli.example(VALIDATOR);
    const { rename, mkdir } = await import('node:fs/promises');
    await mkdir(cli.path('plugins'));
    await rename(cli.path(VALIDATOR), cli.path('plugins', VALIDATOR));
    const { status, data } = await cli.json(['plugin', 'install', `local://${VALIDATOR}`]);
    expect({ status, data }).toMatchObject({ status: 0, data: { installed: [{ source: `local://${VALIDATOR}` }] } });
  });

  it('is listed by its manifest alone, and then has nothing to run', async () => {
    await cli.example(VALIDATOR);
    expect((await cli.run(['plugin', 'publish', VALIDATOR, '--manifest-only'])).stdout).toContain('manifest only');
    expect((await cli.run(['plugin', 'install', VALIDATOR])).stderr).toContain('manifest alone');
    expect(await cli.json(['plugin', 'list'])).toMatchObject({ data: { plugins: [{ state: 'manifest-only' }] } });
    expect(await cli.json(['plugin', 'run', VALIDATOR, 'validate'])).toMatchObject({
      status: 3,
      data: { error: { code: 'NO_ENTRY' } },
    });
  });
});

describe('a plugin that was installed verified', () => {
  beforeEach(async () => {
    await publishValidator();
    await cli.run(['key', 'trust', 'alice@example.com']);
    await cli.run(['plugin', 'install', VALIDATOR]);
  });

  it('is held against the key that verify is given, whatever else is trusted', async () => {
    await cli.run(['key', 'generate', 'mallory']);
    const verify = (key: string) =>
      cli.json(['plugin', 'verify', VALIDATOR, '--key', `${cli.home}/config/keys/${key}.pub.pem`]);
    expect(await verify('mallory')).toMatchObject({ status: 4, data: { error: { code: 'SIGNATURE_INVALID' } } });
    expect(await verify('default')).toMatchObject({ status: 0, data: { plugins: [{ state: 'verified' }] } });
  });

  it('neither verifies nor runs once its key is revoked, and doctor says so', async () => {
    const { data } = await cli.json(['plugin', 'verify', VALIDATOR]);
    const { plugins } = data as { plugins: [{ key_id: string }] };
    await cli.run(['key', 'revoke', plugins[0].key_id, '--reason', 'stolen']);
    for (const args of [
      ['plugin', 'verify'],
      ['plugin', 'run', VALIDATOR, 'validate'],
    ]) {
      const { status, stderr } = await cli.run(args);
      expect({ args, status }).toEqual({ args, status: 4 });
      expect(stderr).toContain(VALIDATOR);
      expect(stderr).toContain('stolen');
    }
    expect((await cli.run(['doctor'])).stdout).toContain(`${VALIDATOR} is not trusted`);
  });
});

describe('what a plugin answers', () => {
  it('reaches the terminal as JSON without a control or direction character', async () => {
    await cli.run(['plugin', 'init', 'evil']);
    const text = 'a\\u009b31m\\u202e\\u007f\\u200b\\u{e0041}';
    await writeFile(cli.path('evil/evil.js'), `export const run = () => ({ text: '${text}' });\n`);
    await cli.run(['plugin', 'publish', 'evil']);
    await cli.run(['plugin', 'install', 'evil']);
    for (const flags of [[], ['--json']]) {
      const { stdout } = await cli.run(['plugin', 'run', 'evil', 'run', ...flags]);
      expect(stdout).not.toMatch(/[\u007f-\u009f\u200b\u202e\u{e0041}]/u);
      expect(JSON.parse(stdout).result).toEqual({ text: 'a\u009b31m\u202e\u007f\u200b\u{e0041}' });
    }
  });
});

describe('verify of a folder or a manifest', () => {
  it('does not call files verified that the signature does not reach', async () => {
    const folder = await cli.example(VALIDATOR);
    await cli.run(['plugin', 'sign', VALIDATOR]);
    const { loadManifest, saveManifest } = await import('@agentmesh/manifest');
    const { loadSigner } = await import('@agentmesh/signing');
    const { content_digest: _, signature: __, ...fields } = await loadManifest(folder);
    const signer = await loadSigner(`${cli.home}/config/keys/default.pem`);
    await saveManifest(signer.sign({ ...fields, signature: null }), folder);
    const key = `${cli.home}/config/keys/default.pub.pem`;
    expect(await cli.json(['plugin', 'verify', `./${VALIDATOR}`, '--key', key])).toMatchObject({
      status: 0,
      data: { plugins: [{ state: 'manifest-verified' }] },
    });
  });

  it('takes a plugin folder and its manifest file, and exits 4 when a file changed after signing', async () => {
    const folder = await cli.example(VALIDATOR);
    await cli.run(['plugin', 'sign', VALIDATOR]);
    const { stdout } = await cli.run(['key', 'list', '--json']);
    const publicKey = JSON.parse(stdout).own[0].path.replace('.pem', '.pub.pem');
    for (const what of [`./${VALIDATOR}`, `./${VALIDATOR}/agent-plugin.yaml`]) {
      expect(await cli.json(['plugin', 'verify', what, '--key', publicKey])).toMatchObject({
        status: 0,
        data: { plugins: [{ state: 'verified' }] },
      });
    }
    await writeFile(`${folder}/added.js`, 'export {};');
    expect(await cli.json(['plugin', 'verify', `./${VALIDATOR}`])).toMatchObject({
      status: 4,
      data: { error: { code: 'DIGEST_MISMATCH' } },
    });
  });

  it('exits 4 when the manifest was edited after signing', async () => {
    const folder = await cli.example(VALIDATOR);
    await cli.run(['plugin', 'sign', VALIDATOR]);
    await cli.run(['key', 'trust', 'alice@example.com']);
    const manifest = `${folder}/agent-plugin.yaml`;
    await writeFile(manifest, (await readFile(manifest, 'utf8')).replace('Refuses', 'Accepts'));
    expect(await cli.json(['plugin', 'verify', `./${VALIDATOR}`])).toMatchObject({
      status: 4,
      data: { error: { code: 'SIGNATURE_INVALID' } },
    });
  });
});

describe('a manifest with a key that no manifest has', () => {
  it.each([[[]], [['--manifest-only']]])('is refused by publish %j, with the key meant', async (flags) => {
    const folder = await cli.example(VALIDATOR);
    const manifest = `${folder}/agent-plugin.yaml`;
    await writeFile(manifest, `${await readFile(manifest, 'utf8')}licence: MIT\n`);
    const { status, stderr } = await cli.run(['plugin', 'publish', VALIDATOR, ...flags]);
    expect(status).toBe(4);
    expect(stderr).toContain('license');
    expect(await readFile(manifest, 'utf8')).toContain('licence: MIT');
  });
});

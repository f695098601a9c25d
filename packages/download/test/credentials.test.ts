import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import {
  authorizationOf,
  combineCredentials,
  createCredential,
  createEnvironmentCredentials,
  createFileCredentials,
  findCredential,
} from '@agentmesh/download';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const https = (host: string, port = 443): { host: string; port: number; scheme: string } => ({
  host,
  port,
  scheme: 'https',
});

describe('a credential', () => {
  it('is Basic with a user name, and Bearer without', () => {
    expect(authorizationOf(createCredential('t0ken'))).toBe('Bearer t0ken');
    expect(authorizationOf(createCredential('pässword', 'me'))).toBe(
      `Basic ${Buffer.from('me:pässword').toString('base64')}`,
    );
  });

  it('does not show its token', () => {
    const credential = createCredential('hunter2', 'me');
    expect(credential.token).toBe('hunter2');
    for (const text of [inspect(credential), JSON.stringify(credential), JSON.stringify({ ...credential })]) {
      expect(text).not.toContain('hunter2');
    }
  });

  it('is looked up for exactly the host and port of a URL, and for https alone', async () => {
    const asked: unknown[] = [];
    const find = async (origin: unknown): Promise<undefined> => void asked.push(origin);
    for (const url of ['https://ONE.test/a', 'https://[::1]:8443/', 'http://one.test/']) {
      await findCredential({ find }, new URL(url));
    }
    await findCredential(undefined, new URL('https://one.test/'));
    expect(asked).toEqual([https('one.test'), https('::1', 8443)]);
  });
});

describe('credentials of the environment', () => {
  const env = {
    AGENTMESH_TOKEN_git_example_com: 'plain',
    AGENTMESH_TOKEN_MY__HOST_EXAMPLE_COM: 'me:with:colon',
    AGENTMESH_TOKEN_127_0_0_1___8443: 'port',
    AGENTMESH_TOKEN_empty_test: '',
    OTHER_TOKEN_x_test: 'x',
  };
  const credentials = createEnvironmentCredentials({ env });

  it.each([
    ['git.example.com', 443, { token: 'plain' }],
    ['my-host.example.com', 443, { username: 'me', token: 'with:colon' }],
    ['127.0.0.1', 8443, { token: 'port' }],
  ])('are found for %s:%i', async (host, port, expected) => {
    const found = await credentials.find(https(host, port));
    expect({ ...found, token: found?.token }).toEqual(expected);
  });

  it.each([
    ['another port', https('git.example.com', 8443)],
    ['the default port of a host with a port', https('127.0.0.1')],
    ['a host below it', https('x.git.example.com')],
    ['a host above it', https('example.com')],
    ['a host that differs by a hyphen', https('git-example.com')],
    ['a host with an underscore in its name', https('git_example.com')],
    ['an empty variable', https('empty.test')],
    ['another variable', https('x.test')],
    ['http', { ...https('git.example.com'), scheme: 'http' }],
    ['ssh', { ...https('git.example.com'), scheme: 'ssh' }],
  ])('are not found for %s', async (_, origin) => {
    expect(await credentials.find(origin)).toBeUndefined();
  });

  it('may have another prefix', async () => {
    const other = createEnvironmentCredentials({ env, prefix: 'OTHER_TOKEN_' });
    expect((await other.find(https('x.test')))?.token).toBe('x');
  });
});

describe('credentials of a file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'agentmesh-credentials-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function write(name: string, text: string, mode = 0o600): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, text);
    await chmod(path, mode);
    return path;
  }

  it('are found for exactly their host and port', async () => {
    const hosts = {
      'One.test': { token: 'a' },
      'one.test:8443': { token: 'b', username: 'me' },
      '[::1]:5000': { token: 'c' },
    };
    const credentials = createFileCredentials({ path: await write('good.json', JSON.stringify({ hosts })) });
    expect((await credentials.find(https('one.test')))?.token).toBe('a');
    const named = await credentials.find(https('one.test', 8443));
    expect([named?.username, named?.token]).toEqual(['me', 'b']);
    expect((await credentials.find(https('::1', 5000)))?.token).toBe('c');
    expect(await credentials.find(https('two.test'))).toBeUndefined();
    expect(await credentials.find({ ...https('one.test'), scheme: 'http' })).toBeUndefined();
  });

  it('are none when there is no file, which is read again when one was refused', async () => {
    expect(await createFileCredentials({ path: join(folder, 'absent') }).find(https('one.test'))).toBeUndefined();
    const path = await write('open.json', JSON.stringify({ hosts: { 'one.test': { token: 'a' } } }), 0o644);
    const credentials = createFileCredentials({ path });
    await expect(credentials.find(https('one.test'))).rejects.toMatchObject({
      code: 'CREDENTIALS_INVALID',
      message: expect.stringContaining('a mode that lets others read it'),
    });
    await chmod(path, 0o600);
    expect((await credentials.find(https('one.test')))?.token).toBe('a');
  });

  it.each([
    ['no JSON', '{ "hosts": { "a": { "token": "hunter2" '],
    ['no hosts', '{}'],
    ['null', 'null'],
    ['a list', '{ "hosts": ["hunter2"] }'],
    ['a token that is no text', '{ "hosts": { "a": { "token": 5, "x": "hunter2" } } }'],
    ['a user name that is no text', '{ "hosts": { "a": { "token": "hunter2", "username": {} } } }'],
  ])('are refused with %s, and no token is told', async (name, text) => {
    const path = await write(`${name}.json`, text);
    const error: unknown = await createFileCredentials({ path })
      .find(https('a'))
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'CREDENTIALS_INVALID' });
    expect(inspect(error, { showHidden: true, depth: 9 })).not.toContain('hunter2');
  });

  it('fail with what the system says when the path is no file', async () => {
    await expect(createFileCredentials({ path: folder }).find(https('a'))).rejects.toThrow();
  });
});

it('credentials are asked one after the other', async () => {
  const first = createEnvironmentCredentials({ env: { AGENTMESH_TOKEN_a_test: 'first' } });
  const second = createEnvironmentCredentials({
    env: { AGENTMESH_TOKEN_a_test: 'x', AGENTMESH_TOKEN_b_test: 'second' },
  });
  const both = combineCredentials(first, second);
  expect((await both.find(https('a.test')))?.token).toBe('first');
  expect((await both.find(https('b.test')))?.token).toBe('second');
  expect(await both.find(https('c.test'))).toBeUndefined();
});

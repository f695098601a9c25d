import { createResolver } from '@agentmesh/resolver-git';
import { failureOf } from '@agentmesh/test-support';
import { describe, expect, it } from 'vitest';
import { fetchTo } from './support/fetch-to.js';

const lookedUp: string[] = [];
const options = {
  lookup: async (host: string) => {
    lookedUp.push(host);
    throw new Error('no network in these tests');
  },
};
const overHttps = createResolver(options);
const overSsh = createResolver({ ...options, scheme: 'git+ssh' });

describe('a spec over https', () => {
  it.each([
    'git.example/owner/repo.git',
    'git.example/owner/repo',
    'git.example:8443/group/sub/group/repo.git#v1.0.0',
    'GIT.Example/~user/repo.git//plugins/one#feature/login',
    '203.0.113.7/repo.git#@scope/name@1.2.3',
    'localhost/repo.git#1234567',
    '  git.example/repo.git  ',
    'xn--bcher-kva.example/repo.git',
  ])('%s is well formed', async (spec) => {
    // A host that is an address is not looked up, but refused or not reached.
    expect(await failureOf(fetchTo(overHttps, spec))).toMatchObject({ code: 'FETCH_FAILED' });
  });

  it.each([
    ['no path', 'git.example'],
    ['an empty path', 'git.example/'],
    ['a path that ends with a slash', 'git.example/repo.git/'],
    ['a path with a flag', 'git.example/-repo.git'],
    ['a flag for a host', '-oProxyCommand=touch/repo.git'],
    ['a climb', 'git.example/../repo.git'],
    ['a hidden segment', 'git.example/.git'],
    ['a user name', 'me@git.example/repo.git'],
    ['a password', 'me:secret@git.example/repo.git'],
    ['a URL', 'https://git.example/repo.git'],
    ['the address of ssh', 'git@git.example:owner/repo.git'],
    ['a remote helper', 'ext::sh -c touch% evil/repo.git'],
    ['a port of 0', 'git.example:0/repo.git'],
    ['a port too high', 'git.example:65536/repo.git'],
    ['a port with a leading zero', 'git.example:080/repo.git'],
    ['an address as one number', '2130706433/repo.git'],
    ['an address in hex', '0x7f.0.0.1/repo.git'],
    ['an address with octal parts', '0177.0.0.1/repo.git'],
    ['an address of three parts', '127.0.1/repo.git'],
    ['an IPv6 address', '[::1]/repo.git'],
    ['a label that begins with a hyphen', '-git.example/repo.git'],
    ['an empty label', 'git..example/repo.git'],
    ['a look-alike letter in the host', 'gіt.example/repo.git'],
    ['a percent sign', 'git.example/re%2fpo.git'],
    ['a query', 'git.example/repo.git?x=1'],
    ['an empty folder', 'git.example/repo.git//'],
    ['a folder that climbs', 'git.example/repo.git//../etc'],
    ['a folder that is absolute', 'git.example/repo.git///etc'],
    ['a folder of Windows', 'git.example/repo.git//aux'],
    ['an empty ref', 'git.example/repo.git#'],
    ['a ref that is a flag', 'git.example/repo.git#--upload-pack=evil'],
    ['a ref with a colon', 'git.example/repo.git#a:b'],
    ['a ref with a star', 'git.example/repo.git#refs/heads/*'],
    ['a ref with a caret', 'git.example/repo.git#v1^{}'],
    ['a ref of 256 characters', `git.example/repo.git#${'v'.repeat(256)}`],
    ['two refs', 'git.example/repo.git#a#b'],
    ['a name that no plugin can have', 'git.example/con.git'],
    ['a name with two dots', 'git.example/re..po.git'],
  ])('with %s is SOURCE_SYNTAX, and nobody is asked', async (_attack, spec) => {
    lookedUp.length = 0;
    expect(await failureOf(fetchTo(overHttps, spec))).toMatchObject({ code: 'SOURCE_SYNTAX' });
    expect(lookedUp).toEqual([]);
  });
});

describe('a spec over ssh', () => {
  it.each(['git.example/repo.git', 'me@git.example:2222/repo.git'])('%s is well formed', async (spec) => {
    expect(await failureOf(fetchTo(overSsh, spec))).toMatchObject({ code: 'FETCH_FAILED' });
  });

  it.each([
    '-me@git.example/repo.git',
    '@git.example/repo.git',
    'me:pw@git.example/repo.git',
    'a@b@git.example/repo.git',
  ])('%s is SOURCE_SYNTAX', async (spec) => {
    expect(await failureOf(fetchTo(overSsh, spec))).toMatchObject({ code: 'SOURCE_SYNTAX' });
  });
});

it('the name is the last segment, in lower case and without .git', async () => {
  const error = await failureOf(fetchTo(overHttps, 'git.example/Owner/CON.git'));
  expect(error).toMatchObject({ code: 'SOURCE_SYNTAX', message: expect.stringContaining('"con"') });
});

it('an error never repeats the spec', async () => {
  const error = await failureOf(fetchTo(overHttps, 'me:hunter2@git.example/repo.git'));
  expect(JSON.stringify(error) + String(error)).not.toContain('hunter2');
});

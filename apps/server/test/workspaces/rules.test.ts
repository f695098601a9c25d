import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createMemoryStore, PluginRegistry } from '@agentmesh/registry';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/read-config.js';
import { SERVER_SCHEMES } from '../../src/sources/server-schemes.js';
import { wireSources } from '../../src/sources/workspace-sources.js';
import { openWorkspaceParts } from '../../src/workspaces/open-workspace-parts.js';
import { originOf } from '../../src/workspaces/origin-of.js';
import { readOrder } from '../../src/workspaces/read-order.js';
import { scratch } from '../targets/staged.js';

const NOBODY = { find: async () => undefined };

function schemeOptions() {
  return { pluginsDir: scratch(), registry: new PluginRegistry({ store: createMemoryStore() }) };
}

describe('the schemes of a server', () => {
  for (const scheme of SERVER_SCHEMES.keys()) {
    it(`include ${scheme}, which refuses a spec that is none before it uses a network`, async () => {
      const sources = wireSources([scheme], schemeOptions()).open(NOBODY);
      const target = join(scratch(), 'target');
      mkdirSync(target);
      await expect(sources.fetch({ scheme, spec: '\\..\\' }, target)).rejects.toMatchObject({ code: 'SOURCE_SYNTAX' });
    });
  }

  it('are those that the configuration names, and may be those of third parties', async () => {
    const hello = { scheme: 'hello', fetch: async () => ({ name: 'hello', resolved: 'hello://a' }) };
    const sources = wireSources(['hello', 'local', 'local'], schemeOptions(), [hello]);
    expect(sources.schemes()).toEqual(['hello', 'local']);
    expect(sources.open(NOBODY).schemes()).toEqual(['hello', 'local']);
    expect(() => wireSources(['hello'], schemeOptions())).toThrow(
      expect.objectContaining({ code: 'SETTINGS_INVALID' }),
    );
    expect(() => wireSources(['gihtub'], schemeOptions())).toThrow(
      expect.objectContaining({ hint: 'Did you mean "github"?' }),
    );
  });
});

describe('where a plugin comes from', () => {
  it('is the same whatever version of it is asked for', () => {
    const same: readonly (readonly [string, string])[] = [
      ['github://alice/plugins//greeter#v1', 'github://alice/plugins//greeter'],
      ['git://host/a.git#1', 'git://host/a.git#2'],
      ['npm://@acme/greeter@^1', 'npm://@acme/greeter'],
      ['oci://host:5000/a/b:1', 'oci://host:5000/a/b@sha256:00'],
      ['clawhub://alice/weather@1', 'clawhub://alice/weather'],
      ['registry://a@1.0.0', 'registry://a'],
      ['https://Files.example/a-1.tgz#sha256=0', 'https://files.example/a-2.tgz'],
      ['local://a', 'a'],
    ];
    for (const [one, other] of same) expect(originOf(one)).toBe(originOf(other));
  });

  it('is not the same for two authors', () => {
    const different: readonly (readonly [string, string])[] = [
      ['github://alice/greeter', 'github://mallory/greeter'],
      ['github://alice/plugins//a', 'github://alice/plugins//b'],
      ['npm://@acme/greeter', 'npm://@evil/greeter'],
      ['oci://host:5000/a', 'oci://host:5001/a'],
      ['https://a.example/x.tgz', 'https://b.example/x.tgz'],
      ['https://a.example/x.tgz', 'http://a.example/x.tgz'],
    ];
    for (const [one, other] of different) expect(originOf(one)).not.toBe(originOf(other));
  });
});

describe('the integrity of an order', () => {
  const sha512 = `sha512-${Buffer.alloc(64, 7).toString('base64')}`;

  it('pins the URL of an archive', () => {
    const { source, integrity } = readOrder('https://a.example/x.tgz', sha512, ['https']);
    expect(source.spec).toBe(`a.example/x.tgz#sha512=${'07'.repeat(64)}`);
    expect(integrity).toBeUndefined();
  });

  it('is for the plugin where the source is no archive, or for its files', () => {
    expect(readOrder('greeter', sha512, ['local']).integrity).toBe(sha512);
    const h1 = `h1:${'A'.repeat(43)}=`;
    expect(readOrder('https://a.example/x.tgz', h1, ['https'])).toMatchObject({ integrity: h1 });
  });

  it('does not stand beside another one', () => {
    const twice = () => readOrder('https://a.example/x.tgz#sha256=00', sha512, ['https']);
    expect(twice).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }));
  });
});

describe('settings of installs', () => {
  const read = (...args: readonly string[]) => readConfig({ args, env: {}, cwd: scratch() });

  it('say where an engine is, on this machine alone', async () => {
    const { install } = await read('--engine', 'http://127.0.0.1:2375', '--engine-root', '/work/agent');
    expect(install.engine).toEqual({
      address: { host: '127.0.0.1', port: 2375 },
      container: undefined,
      root: '/work/agent',
    });
    for (const wrong of ['tcp://127.0.0.1', 'http://10.0.0.1:2375', 'unix://relative', 'https://localhost', 'x']) {
      await expect(read('--engine', wrong)).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
    }
    await expect(read('--engine-container', 'no-id')).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
    await expect(read('--engine-root', '/a/../b')).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
  });

  it('stop the start when they name what is not there', async () => {
    const registry = new PluginRegistry({ store: createMemoryStore() });
    const ca = await read('--sources-ca', 'absent.pem', '--data-dir', scratch());
    await expect(openWorkspaceParts(ca, registry)).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
    const sources = await read('--sources', 'carrier-pigeon', '--data-dir', scratch());
    await expect(openWorkspaceParts(sources, registry)).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
    await expect(read('--proxy', 'socks5://a')).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseGoDuration } from '../src/config/go-duration.js';
import { readConfig } from '../src/config/read-config.js';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'agentmesh-config-'));
});
afterEach(() => rm(cwd, { recursive: true }));

const read = (env: Record<string, string> = {}, args: readonly string[] = []) => readConfig({ args, env, cwd });
const limits = async (env: Record<string, string>) => (await read(env)).limits;

describe('the configuration', () => {
  it('without any settings is a server on loopback with a database and a folder', async () => {
    expect(await read()).toMatchObject({
      host: '127.0.0.1',
      dataDir: join(cwd, '.agentmesh/server'),
      database: `sqlite:${join(cwd, '.agentmesh/server/agentmesh.db')}`,
      artifacts: join(cwd, '.agentmesh/server/artifacts'),
      anonymousRead: true,
      metrics: 'open',
      trustedProxies: [],
      sources: ['github', 'local'],
      limits: {
        pluginInstallBodyMaxBytes: 65_536,
        pluginInstallFetchTimeout: 300_000,
        pluginInstallMaxDirBytes: 104_857_600,
      },
    });
  });

  it('takes flag before environment before file before default', async () => {
    await writeFile(join(cwd, 'server.yaml'), 'port: 1\nhost: 127.0.0.3\nsources: [git, local]\nrequest_timeout: 7s\n');
    const file = { AGENTMESH_SERVER_CONFIG: 'server.yaml' };
    expect(await read(file)).toMatchObject({
      port: 1,
      host: '127.0.0.3',
      sources: ['git', 'local'],
      limits: { requestTimeout: 7000 },
    });
    expect(await read({ ...file, AGENTMESH_PORT: '2' })).toMatchObject({ port: 2, host: '127.0.0.3' });
    expect(await read({ ...file, AGENTMESH_PORT: '2' }, ['--port', '3'])).toMatchObject({ port: 3 });
    expect(await read({}, ['--config', 'server.yaml'])).toMatchObject({ port: 1 });
  });

  it.each([
    ['PLUGIN_INSTALL_BODY_MAX_BYTES', 'pluginInstallBodyMaxBytes', '1024', 1024, 65_536],
    ['PLUGIN_INSTALL_FETCH_TIMEOUT', 'pluginInstallFetchTimeout', '1h30m', 5_400_000, 300_000],
    ['PLUGIN_INSTALL_MAX_DIR_BYTES', 'pluginInstallMaxDirBytes', '7', 7, 104_857_600],
  ] as const)('reads %s as where it comes from, and AGENTMESH_%s wins', async (name, key, text, value, usual) => {
    expect((await limits({ [name]: text }))[key]).toBe(value);
    expect((await limits({ [name]: 'nonsense', [`AGENTMESH_${name}`]: text }))[key]).toBe(value);
    expect((await limits({ [name]: text, [`AGENTMESH_${name}`]: '-1' }))[key]).toBe(usual);
    for (const wrong of ['', '0', '-5', '-5s', 'nonsense', '1.5.5', '64KiB', '5 m', '1e3', '0x10', 'NaN', 'Infinity']) {
      expect((await limits({ [name]: wrong }))[key]).toBe(usual);
    }
  });

  it.each([
    [{ AGENTMESH_PORT: '65536' }, 'port'],
    [{ AGENTMESH_PORT: 'http' }, 'port'],
    [{ AGENTMESH_HOST: 'evil.example' }, 'host'],
    [{ AGENTMESH_ANONYMOUS_READ: 'perhaps' }, 'anonymous_read'],
    [{ AGENTMESH_TRUSTED_PROXIES: '10.0.0.0/8,all' }, 'trusted_proxies'],
    [{ AGENTMESH_RATE_LIMITS: 'none' }, 'rate_limits'],
    [{ AGENTMESH_PUBLIC_URL: 'ftp://x' }, 'public_url'],
    [{ AGENTMESH_SOURCES: 'git,../x' }, 'sources'],
  ])('refuses %j', async (env, name) => {
    await expect(read(env)).rejects.toMatchObject({ code: 'SETTINGS_INVALID', message: expect.stringContaining(name) });
  });

  it('refuses unknown flags and keys, and says which was meant, and never says a value', async () => {
    await expect(read({}, ['--prot', '1'])).rejects.toMatchObject({ code: 'USAGE' });
    await writeFile(join(cwd, 'server.yaml'), 'prot: 1\ndatabase: { password: secret }\n');
    const failure = await read({}, ['--config', 'server.yaml']).catch((error: Error) => error);
    expect(failure).toMatchObject({ code: 'SETTINGS_INVALID', message: expect.stringContaining('did you mean port?') });
    expect(String(failure)).not.toContain('secret');
    await writeFile(join(cwd, 'server.yaml'), '- a list\n');
    await expect(read({}, ['--config', 'server.yaml'])).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
  });
});

describe('parseGoDuration', () => {
  it.each([
    ['5m', 300_000],
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['100ms', 100],
    ['1500us', 1.5],
    ['2µs', 0.002],
    ['-3s', -3000],
    ['+3s', 3000],
    ['0', 0],
  ])('reads %s', (text, ms) => expect(parseGoDuration(text)).toBeCloseTo(ms, 6));

  it.each(['', '5', 'm', '5x', '5m ', ' 5m', '5m3', '--5m', '1h-3m', '.s', 'h5'])('refuses %j', (text) =>
    expect(parseGoDuration(text)).toBe(undefined),
  );
});

import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Permissions } from '@agentmesh/manifest';
import type { CallOutcome, PluginSandboxOptions } from '@agentmesh/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseDriver } from '../src/isolation/choose-driver.js';
import { freshFolder, sandboxWith, type TestPlugin } from './box.js';

const MIB = 1024 * 1024;
const isBoxed = (await chooseDriver()).driver.level === 'os-strict';
const server = createServer((request, response) => response.end(`you asked for ${request.url}`));
let host = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

type Options = Omit<PluginSandboxOptions, 'pluginsDir'>;

async function run(plugin: TestPlugin, input: unknown, options: Options = {}): Promise<CallOutcome> {
  const installed = await sandboxWith(plugin, options);
  return installed.sandbox.execute({ plugin: installed.plugin, function: 'run', input });
}

/** Functions that use what a plugin may have, by engine. */
const plugins = {
  node: (permissions: Permissions): TestPlugin => ({
    files: {
      'index.js': `exports.run = async ({ url }) => ({
        env: { ...process.env },
        fetch: typeof fetch,
        ...(url ? await fetch(url).then((r) => r.text()).then((body) => ({ body }), (e) => ({ code: e.code })) : {}) });`,
    },
    manifest: { permissions },
  }),
  quickjs: (permissions: Permissions): TestPlugin => ({
    files: {
      'index.js': `exports.run = async ({ url }) => ({
        env: typeof process === 'undefined' ? {} : { ...process.env },
        fetch: typeof fetch,
        ...(url ? await fetch(url).then((r) => r.text()).then((body) => ({ body }), (e) => ({ code: e.code })) : {}) });`,
    },
    manifest: { permissions, engine: 'quickjs' },
  }),
  python: (permissions: Permissions): TestPlugin => ({
    files: {
      'plugin_under_test.py': `import agentmesh
def run(i):
    answer = {'env': dict(agentmesh.env), 'fetch': 'function' if hasattr(agentmesh, 'fetch') else 'undefined'}
    if i.get('url'):
        try:
            answer['body'] = agentmesh.fetch(i['url']).text()
        except Exception as e:
            answer['code'] = getattr(e, 'code', repr(e))
    return answer
`,
    },
    manifest: { permissions },
  }),
};

describe.each(['node', 'quickjs', 'python'] as const)('in the engine %s a plugin', (engine) => {
  const env = { TOKEN: 'secret', OTHER: 'not asked for' };

  it('that asks for nothing has nothing', async () => {
    const { result } = await run(plugins[engine]({}), {}, { env });
    expect(result).toEqual({ env: {}, fetch: 'undefined' });
  });

  it('has the variables that it asks for and that were granted', async () => {
    const plugin = plugins[engine]({ env: ['TOKEN', 'ABSENT'] });
    expect((await run(plugin, {}, { env })).result).toMatchObject({ env: { TOKEN: 'secret' } });
    expect((await run(plugin, {}, { env, grants: () => ({}) })).result).toMatchObject({ env: {} });
    expect((await run(plugin, {})).result).toMatchObject({ env: {} });
  });

  it('makes requests through the host to what it was granted, and to nothing else', async () => {
    const options = { allowPrivateHosts: ['127.0.0.1'] };
    const plugin = plugins[engine]({ net: [host, 'b.test:443'] });
    expect((await run(plugin, { url: `http://${host}/x` }, options)).result).toMatchObject({
      fetch: 'function',
      body: 'you asked for /x',
    });
    expect((await run(plugin, { url: 'https://c.test/' }, options)).result).toMatchObject({ code: 'FETCH_REFUSED' });
    expect((await run(plugin, { url: `http://${host}/x` })).result).toMatchObject({ code: 'ADDRESS_REFUSED' });
    const grants = (): Permissions => ({ net: ['b.test:443'] });
    expect((await run(plugin, { url: `http://${host}/x` }, { ...options, grants })).result).toMatchObject({
      code: 'FETCH_REFUSED',
    });
  });

  it('has the same from a warm guest', async () => {
    const options = { env, pool: { node: 1, quickjs: 1, python: true }, allowPrivateHosts: ['127.0.0.1'] };
    const { sandbox, plugin } = await sandboxWith(plugins[engine]({ env: ['TOKEN'], net: [host] }), options);
    for (let n = 0; n < 3; n += 1) {
      const { result } = await sandbox.execute({ plugin, function: 'run', input: { url: `http://${host}/${n}` } });
      expect(result).toEqual({ env: { TOKEN: 'secret' }, fetch: 'function', body: `you asked for /${n}` });
    }
  });
});

it('a mistake in the list of private hosts is told to the host', async () => {
  const options = { allowPrivateHosts: ['10.0.0.0/99'] };
  await expect(run(plugins.node({ net: [host] }), {}, options)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
});

describe('time and memory', () => {
  const source = {
    'index.js': 'exports.run = (mib) => { if (mib === null) for (;;); return Buffer.alloc(mib << 20, 1).length; };',
  };

  it('are what was asked for and granted', async () => {
    const permissions = { time: 300, memory: 200 * MIB };
    await expect(run({ files: source, manifest: { permissions } }, null)).rejects.toMatchObject({
      code: 'SANDBOX_TIMEOUT',
      message: 'The plugin gave no answer within 300 ms',
    });
    const limits = { memoryBytes: 32 * MIB };
    expect((await run({ files: source, manifest: { permissions } }, 100, { limits })).result).toBe(100 * MIB);
    // The kernel refuses it, which the plugin sees, or the host ends the call, whichever comes first.
    const refused = { code: 'SANDBOX_MEMORY' };
    const grants = (): Permissions => ({ memory: 40 * MIB });
    for (const call of [
      run({ files: source }, 100, { limits }),
      run({ files: source, manifest: { permissions } }, 100, { limits, grants }),
    ]) {
      const outcome: unknown = await call.then(
        ({ error }) => (error?.type === 'RangeError' ? refused : error),
        (error: unknown) => error,
      );
      expect(outcome).toMatchObject(refused);
    }
  });
});

describe('files', () => {
  const readers = {
    node: {
      files: {
        'index.js': `const fs = require('fs'); const attempt = (f) => { try { return f(); } catch (e) { return e.code; } };
        exports.run = ({ read, write }) => ({
          read: attempt(() => fs.readFileSync(read, 'utf8')),
          write: attempt(() => (fs.writeFileSync(write, 'w'), fs.readFileSync(write, 'utf8'))) });`,
      },
    },
    python: {
      files: {
        'plugin_under_test.py': `def attempt(work):
    try:
        return work()
    except Exception as e:
        return type(e).__name__
def put(path):
    with open(path, 'w') as f:
        f.write('w')
    return open(path).read()
def run(i):
    return {'read': attempt(lambda: open(i['read']).read()), 'write': attempt(lambda: put(i['write']))}
`,
      },
    },
  };

  it('cannot be had without a box', async () => {
    const permissions = { scratch: MIB };
    await expect(run({ ...readers.node, manifest: { permissions } }, {})).rejects.toMatchObject({
      code: 'SANDBOX_UNAVAILABLE',
      message: 'Plugin plugin-under-test asks for files, which it cannot have at the level process',
    });
  });

  describe.runIf(isBoxed)('in a box', () => {
    const boxed = { minimumIsolation: 'os-strict' } as const;

    it.each(['node', 'python'] as const)(
      'are those of the workspace that were granted, to read (%s)',
      async (engine) => {
        const workspaceDir = await freshFolder();
        // Guests of root are nobody.
        await chmod(workspaceDir, 0o755);
        await mkdir(join(workspaceDir, 'docs'));
        await writeFile(join(workspaceDir, 'docs/a.txt'), 'A');
        await writeFile(join(workspaceDir, 'secret.txt'), 'S');
        const plugin = { ...readers[engine], manifest: { permissions: { read: ['docs'] } } };
        const ask = async (read: string): Promise<unknown> =>
          (await run(plugin, { read, write: '/workspace/docs/b.txt' }, { ...boxed, workspaceDir })).result;
        const granted = await ask('/workspace/docs/a.txt');
        expect(granted).toMatchObject({ read: 'A' });
        expect(granted).not.toMatchObject({ write: 'w' });
        for (const path of [
          '/workspace/secret.txt',
          join(workspaceDir, 'secret.txt'),
          '/etc/passwd',
          '/proc/self/environ',
        ]) {
          expect(await ask(path)).not.toMatchObject({ read: expect.stringMatching(/^S$|root:|PATH=/) });
        }
      },
    );

    it.each(['node', 'python'] as const)(
      'may be written in the scratch space, and are gone with the call (%s)',
      async (engine) => {
        const plugin = { ...readers[engine], manifest: { permissions: { scratch: MIB } } };
        const { sandbox, plugin: name } = await sandboxWith(plugin, { ...boxed, pool: { node: 1, python: true } });
        const call = (read: string): Promise<CallOutcome> =>
          sandbox.execute({ plugin: name, function: 'run', input: { read, write: '/scratch/w.txt' } });
        for (let n = 0; n < 2; n += 1) {
          const { result } = await call('/scratch/w.txt');
          expect(result).toMatchObject({ write: 'w' });
          expect(result).not.toMatchObject({ read: 'w' });
        }
      },
    );
  });
});

import { describe, expect, it } from 'vitest';
import { createNodeEngine } from '../src/engines/node.js';
import { nodeFeatures } from '../src/engines/node-features.js';
import { callOf, Guest, KIND, type Received } from './guest.js';

const features = await nodeFeatures(process.execPath);
const engine = createNodeEngine({ nodePath: process.execPath, memoryBytes: 128 * 1024 * 1024, features });

async function start(): Promise<{ guest: Guest; ready: Received | undefined }> {
  const guest = new Guest(engine.command((host) => host));
  return { guest, ready: await guest.next() };
}

function sendCall(
  guest: Guest,
  text: string,
  changes: Readonly<Record<string, unknown>> = {},
  format = 'module',
): void {
  const path = format === 'module' ? 'index.mjs' : 'index.cjs';
  guest.send(KIND.plugin, { entry: path, files: [{ path, text, format }], builtins: ['path', 'util'] });
  guest.send(KIND.call, callOf('run', null, changes));
}

async function run(
  text: string,
  changes: Readonly<Record<string, unknown>> = {},
  format = 'module',
): Promise<Received> {
  const { guest } = await start();
  sendCall(guest, text, changes, format);
  const answer = await guest.next();
  guest.hangUp();
  expect(await guest.exit).toBe(0);
  expect(await guest.next()).toBeUndefined();
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

describe('a Node guest', () => {
  it('is ready before there is a plugin, with all its checks', async () => {
    const { guest, ready } = await start();
    expect(ready).toEqual({
      kind: KIND.ready,
      body: {
        protocol: 2,
        engine: 'node',
        version: process.version,
        checks: 'permission-model,no-code-generation,empty-environment',
      },
    });
    expect(engine.capabilities.checks?.join(',')).toBe('permission-model,no-code-generation,empty-environment');
    guest.kill();
  });

  it.each(['module', 'commonjs'])('serves one call of a %s plugin and ends with its host', async (format) => {
    const text = format === 'module' ? 'export const run = (i) => ({ i });' : 'exports.run = (i) => ({ i });';
    expect(await run(text, { input: [1, 'é'] }, format)).toEqual({ kind: KIND.result, body: { i: [1, 'é'] } });
  });

  it('loads a plugin and calls nothing when no function is named', async () => {
    expect(await run('export const run = 1; await 0;', { function: null })).toEqual({ kind: KIND.result, body: null });
    expect(await run('throw new TypeError("while loading");', { function: null })).toMatchObject({
      kind: KIND.error,
      body: { kind: 'plugin', type: 'TypeError', message: 'while loading' },
    });
  });

  it('ends without a word when the host goes, or sends a frame out of turn', async () => {
    const { guest } = await start();
    guest.hangUp();
    expect(await guest.exit).toBe(0);
    const { guest: other } = await start();
    other.send(KIND.call, callOf('run', null));
    expect(await other.exit).toBe(0);
    const { guest: third } = await start();
    third.send(KIND.plugin, { entry: 'index.mjs', files: [], builtins: [] });
    third.send(KIND.plugin, {});
    expect(await third.exit).toBe(0);
  });

  it('has no eval and no Function, whatever they are called', async () => {
    const text = `export const run = () => [
      () => eval('1'), () => (0, eval)('1'), () => Function('1'), () => new Function('1'), () => (() => {}).constructor('1'),
      () => (async () => {}).constructor('1'), () => (function* () {}).constructor('1'), () => globalThis.eval('1'),
    ].map((attempt) => { try { attempt(); return 'reached'; } catch (error) { return error.name; } });`;
    expect((await run(text)).body).toEqual(Array.from({ length: 8 }, () => 'EvalError'));
  });

  it('has no code of the warm-up, by whatever name a plugin asks for it', async () => {
    const text = `export const run = async () => {
      const reached = [];
      for (const name of ['agentmesh:warm-up', './agentmesh:warm-up', 'warm-up']) try { await import(name); reached.push(name); } catch {}
      return reached;
    };`;
    expect((await run(text)).body).toEqual([]);
  });
});

describe('what was granted', () => {
  it('is nothing, unless the call says so', async () => {
    const text = `export const run = async () => {
      const found = [typeof fetch, Object.keys(process.env).length];
      for (const name of ['fs', 'fs/promises']) try { await import(name); found.push(name); } catch {}
      return found;
    };`;
    expect((await run(text)).body).toEqual(['undefined', 0]);
  });

  it('is in process.env by name, and cannot be changed', async () => {
    const text = `export const run = () => { try { process.env.TOKEN = 'x'; } catch {} return { ...process.env, proto: process.env.toString === undefined }; };`;
    expect((await run(text, { env: { TOKEN: 't' } })).body).toEqual({ TOKEN: 't', proto: true });
  });

  it('is a fetch that the host answers', async () => {
    const text = `export const run = async () => {
      const headers = new Map([['x-one', '1']]);
      const answer = await fetch('https://api.example/', { method: 'PUT', headers, body: new TextEncoder().encode('é') });
      const copy = await fetch(new URL('https://api.example/2'), { headers: [['a', 'b']], body: 'text' });
      const refused = await fetch('https://other.example', { headers: { c: 'd' } }).catch((error) => [error.name, error.code, error.message]);
      const bytes = new Uint8Array(await copy.arrayBuffer());
      return [answer.ok, answer.status, answer.headers.get('X-Two'), answer.headers.get('none'), await answer.json(), await answer.text(), [...bytes], copy.ok, refused];
    };`;
    const { guest } = await start();
    sendCall(guest, text, { fetch: true });
    const request = { url: 'https://api.example/', method: 'PUT', headers: [['x-one', '1']], body: 'w6k=' };
    expect(await guest.next()).toEqual({ kind: KIND.fetch, body: request });
    const headers = [
      ['x-two', 'a'],
      ['X-Two', 'b'],
    ];
    guest.send(KIND.fetched, { status: 200, headers, body: Buffer.from('{"n":1}').toString('base64') });
    expect(await guest.next()).toMatchObject({
      body: { url: 'https://api.example/2', headers: [['a', 'b']], body: 'dGV4dA==' },
    });
    guest.send(KIND.fetched, { status: 404, headers: [], body: 'AQI=' });
    expect(await guest.next()).toMatchObject({ body: { method: 'GET', headers: [['c', 'd']] } });
    guest.send(KIND.fetched, { error: { code: 'PERMISSION_REFUSED', message: 'not granted' } });
    expect((await guest.next())?.body).toEqual([
      ...[true, 200, 'a, b', null, { n: 1 }, '{"n":1}', [1, 2], false],
      ['TypeError', 'PERMISSION_REFUSED', 'not granted'],
    ]);
    guest.hangUp();
    expect(await guest.exit).toBe(0);
  });

  it('is the module fs, behind the permission model, which without a box has nothing to give', async () => {
    const text = `import { readFileSync } from 'node:fs';
      export const run = () => ['/etc/passwd', '/scratch/x', '/workspace/x'].map((path) => { try { return readFileSync(path, 'utf8'); } catch (error) { return error.code; } });`;
    expect((await run(text, { scratch: '/scratch' })).body).toEqual(
      Array.from({ length: 3 }, () => 'ERR_ACCESS_DENIED'),
    );
  });

  it('is known to the command of a box, whose folders are its own', () => {
    const boxed = engine.command((_, inside) => inside).args.join(' ');
    expect(boxed).toContain('--allow-fs-read=/workspace --allow-fs-read=/scratch --allow-fs-write=/scratch');
    expect(boxed).not.toContain(process.cwd());
    const plain = engine.command((host) => host).args.join(' ');
    expect(plain).not.toMatch(/scratch|workspace|allow-fs-write/);
  });
});

import { describe, expect, it } from 'vitest';
import { quickJs, runQuickJs, startGuest } from './direct-guest.js';

describe('what a plugin finds in quickjs', () => {
  it('is nothing that leads out', async () => {
    const names = [
      'process',
      'require',
      'module',
      'Buffer',
      'fetch',
      'WebAssembly',
      'Worker',
      'SharedWorker',
      'XMLHttpRequest',
      'host',
    ];
    const source = `export const run = (names) => names.filter((name) => globalThis[name] !== undefined);`;
    expect((await runQuickJs({ 'index.mjs': source }, names)).result).toEqual([]);
  });

  it('makes no code from text, by whichever way', async () => {
    const source = `exports.run = () => {
      const ways = [
        () => eval('1'), () => (0, eval)('1'), () => Function('return 1')(), () => new Function('return 1')(),
        () => (() => {}).constructor('return 1')(), () => (async () => {}).constructor('return 1')(),
        () => (function* () {}).constructor('yield 1')(), () => (async function* () {}).constructor('yield 1')(),
        () => Reflect.construct(Function, ['return 1'])(), () => new (class extends Function {})('return 1')(),
        () => Object.getPrototypeOf(class {}).constructor('return 1')(), () => console.log.constructor('return 1')(),
        () => setTimeout('globalThis.x = 1', 0),
      ];
      return [...new Set(ways.map((way) => { try { way(); return 'ran'; } catch (e) { return e.name; } }))];
    };`;
    expect((await runQuickJs(source)).result).toEqual(['EvalError', 'TypeError']);
    expect((await runQuickJs('exports.run = () => (() => 1) instanceof Function;')).result).toBe(true);
  });

  it('prints to the log, as Node does, and the answer stays apart', async () => {
    const source = `exports.run = () => {
      console.log('one %d %s %j %%', 1, 'two', { a: 1 }, { b: [1, 'x', null], f() {}, get g() { return 1; } });
      console.error(new Map([[1, new Set([2])]]), new Date(0), /a/g, 10n, Symbol('s'), new Uint8Array(2));
      console.info({ a: { b: { c: { d: 1 } } } }, [], {}, Object.create(null), [undefined, -0]);
      const cycle = { name: "it's" }; cycle.self = cycle; console.warn(cycle);
      console.assert(1 === 2, 'wrong'); console.table([1]);
      return 4;
    };`;
    const { result, logs } = await runQuickJs(source);
    expect(result).toBe(4);
    expect(logs.split('\n')).toEqual([
      'stdout: one 1 two {"a":1} % { b: [ 1, \'x\', null ], f: [Function: f], g: [Getter/Setter] }',
      'stderr: Map(1) { 1 => Set(1) { 2 } } 1970-01-01T00:00:00.000Z /a/g 10n Symbol(s) Uint8Array(2) [ 0, 0 ]',
      'stdout: { a: { b: { c: [Object] } } } [] {} [Object: null prototype] {} [ undefined, -0 ]',
      'stderr: { name: "it\'s", self: [Circular *1] }',
      'stderr: Assertion failed wrong',
      'stdout: [ 1 ]',
      '',
    ]);
  });

  it('prints what is hostile to being shown, and much of it', async () => {
    const source = `exports.run = () => {
      console.log(new Proxy({}, { ownKeys() { throw 1; } }));
      console.log({ toString() { throw 1; }, [Symbol.toPrimitive]() { throw 2; } });
      console.log('\\u0000'.repeat(300000));
    };`;
    const { result, logs } = await runQuickJs(source);
    expect(result).toBe(null);
    expect(logs).toContain('cannot be shown');
    expect(logs.match(/\0/g)).toHaveLength(300_000);
  });

  it('waits: timers in order and in real time, cleared ones not at all', async () => {
    const source = `exports.run = async () => {
      const seen = []; const start = Date.now();
      setTimeout((x) => seen.push(x), 20, 'late'); setTimeout(() => seen.push('early'), 5).unref().ref();
      const cleared = setTimeout(() => seen.push('never'), 1); clearTimeout(cleared); clearTimeout(undefined);
      setImmediate(() => seen.push('at once')); queueMicrotask(() => seen.push('before'));
      let count = 0; const interval = setInterval(() => { if (++count === 3) clearInterval(interval); }, 1);
      await new Promise((done) => setTimeout(done, 30));
      return [seen, count, Date.now() - start >= 29, performance.now() >= 0];
    };`;
    expect((await runQuickJs(source)).result).toEqual([['before', 'at once', 'early', 'late'], 3, true, true]);
  });

  it('codes text', async () => {
    const source = `exports.run = () => {
      const text = 'aé€🐎\\ud800z';
      const bytes = new TextEncoder().encode(text);
      const wrong = new Uint8Array([0xef, 0xbb, 0xbf, 65, 0xc0, 0x80, 0xe2, 0x82, 0xf0, 0x9f, 0x90, 0x8e, 0xed, 0xa0, 0x80, 0xf5]);
      let fatal; try { new TextDecoder('utf-8', { fatal: true }).decode(wrong); } catch (e) { fatal = e.name; }
      return [[...bytes], new TextDecoder().decode(bytes), new TextDecoder('UTF8').decode(wrong.buffer), fatal,
        btoa('hello?\\xff'), atob('aGVsbG8/ /w=='), atob(''), new TextDecoder().decode(bytes.subarray(1, 3))];
    };`;
    const wrong = Buffer.from([65, 0xc0, 0x80, 0xe2, 0x82, 0xf0, 0x9f, 0x90, 0x8e, 0xed, 0xa0, 0x80, 0xf5]);
    expect((await runQuickJs(source)).result).toEqual([
      [...Buffer.from('aé€🐎\ufffdz')],
      'aé€🐎\ufffdz',
      new TextDecoder().decode(wrong),
      'TypeError',
      btoa('hello?\xff'),
      'hello?\xff',
      '',
      'é',
    ]);
    for (const body of ['atob("a")', 'atob("a!==")', 'btoa("€")', 'new TextDecoder("latin1")']) {
      expect((await runQuickJs(`exports.run = () => ${body};`)).error?.kind).toBe('plugin');
    }
  });

  it('clones', async () => {
    const source = `exports.run = () => {
      const bytes = new Uint8Array([1, 2, 3]);
      const given = { list: [1, , 3], date: new Date(5), map: new Map([['k', { v: 1 }]]), set: new Set([1]), re: /a/gi,
        bytes: bytes.subarray(1), view: new DataView(bytes.buffer, 1), error: new RangeError('x', { cause: 1 }), big: 1n };
      given.self = given;
      const copy = structuredClone(given);
      bytes[1] = 9;
      const refused = [() => 1, Symbol(), new WeakMap()].map((v) => { try { structuredClone({ v }); return 'cloned'; } catch (e) { return e.name; } });
      return [copy !== given, copy.self === copy, 1 in copy.list, copy.list.length, copy.date.getTime(), copy.map.get('k').v, copy.set.has(1),
        String(copy.re), [...copy.bytes], copy.view.getUint8(0), copy.error instanceof RangeError, copy.error.message, copy.error.cause, String(copy.big), refused];
    };`;
    expect((await runQuickJs(source)).result).toEqual([
      ...[true, true, false, 3, 5, 1, true, '/a/gi', [2, 3], 2, true, 'x', 1, '1'],
      ['DataCloneError', 'DataCloneError', 'DataCloneError'],
    ]);
  });

  it('has what QuickJS itself lacks of what plugins for Node use', async () => {
    const source = `exports.run = async () => {
      class Own extends Error { constructor(m) { super(m); Error.captureStackTrace(this, Own); } }
      const listed = await Array.fromAsync((async function* () { yield 1; yield 2; })(), (x) => x * 2);
      return [new Own('x').stack.includes('index.js'), listed, await Array.fromAsync({ length: 1, 0: Promise.resolve(7) })];
    };`;
    expect((await runQuickJs(source)).result).toEqual([true, [2, 4], [7]]);
  });
});

describe('what a plugin is granted in quickjs', () => {
  it('is the environment it was given, and nothing else of a process', async () => {
    const source =
      'exports.run = () => [process.env.TOKEN, Object.keys(process), Object.isFrozen(process.env), process.env.toString];';
    expect((await runQuickJs(source, null, { env: { TOKEN: 'secret' } })).result).toEqual([
      'secret',
      ['env'],
      true,
      null,
    ]);
    expect((await runQuickJs('exports.run = () => typeof process;')).result).toBe('undefined');
  });

  it('is fetch, whose requests the host answers', async () => {
    const source = `export const run = async () => {
      const response = await fetch('https://api.example.com/é', { method: 'POST', headers: { 'X-One': '1' }, body: 'text é' });
      const again = await fetch(new String('https://api.example.com/2'), { body: new Uint8Array([255, 0]) });
      return [response.ok, response.status, response.headers.get('content-type'), await response.json(), [...new Uint8Array(await again.arrayBuffer())]];
    };`;
    const seen: unknown[] = [];
    const body = Buffer.from('{"answer":"žluť"}').toString('base64');
    const { result } = await runQuickJs({ 'index.mjs': source }, null, {
      fetch: true,
      onFetch: (request) => {
        seen.push(request);
        return { status: 201, headers: [['Content-Type', 'application/json']], body };
      },
    });
    expect(seen).toEqual([
      {
        url: 'https://api.example.com/é',
        method: 'POST',
        headers: [['X-One', '1']],
        body: Buffer.from('text é').toString('base64'),
      },
      { url: 'https://api.example.com/2', method: 'GET', headers: [], body: '/wA=' },
    ]);
    expect(result).toEqual([true, 201, 'application/json', { answer: 'žluť' }, [...Buffer.from('{"answer":"žluť"}')]]);
  });

  it('rejects what the host refuses, with its code', async () => {
    const source = 'export const run = () => fetch("https://evil.example").catch((e) => [e.name, e.code, e.message]);';
    const onFetch = () => ({ error: { code: 'HOST_NOT_ALLOWED', message: 'evil.example is not allowed' } });
    const { result } = await runQuickJs({ 'index.mjs': source }, null, { fetch: true, onFetch });
    expect(result).toEqual(['TypeError', 'HOST_NOT_ALLOWED', 'evil.example is not allowed']);
  });

  it('is gone with the call that had it', async () => {
    const guest = await startGuest(await quickJs(), {
      'index.js':
        'exports.run = () => [typeof fetch, typeof process]; exports.keep = () => { globalThis.kept = fetch; }; exports.use = () => typeof kept;',
    });
    expect((await guest.call('run', null, { fetch: true, env: { A: '1' } })).result).toEqual(['function', 'object']);
    await guest.call('keep', null, { fetch: true });
    expect((await guest.call('use')).result).toBe('undefined');
    expect((await guest.call('run')).result).toEqual(['undefined', 'undefined']);
  });
});

import { describe, expect, it } from 'vitest';
import type { EngineReuse } from '../src/engines/engine.js';
import { Guest, type GuestOptions } from '../src/pool/guest.js';
import type { GuestAnswer, GuestCall } from '../src/pool/guest-call.js';
import { encodeFrame } from '../src/protocol/encode-frame.js';
import { FrameKind } from '../src/protocol/frame.js';
import { DEFAULT_SANDBOX_LIMITS, type SandboxLimits } from '../src/sandbox-limits.js';
import { scriptedCall, scriptedEngine, startScripted } from './scripted.js';

const limits: SandboxLimits = { ...DEFAULT_SANDBOX_LIMITS, resultBytes: 10_000, logBytes: 100_000, logBytesKept: 1000 };

function start(reuse: EngineReuse, options: Partial<GuestOptions> & { startMode?: string } = {}): Guest {
  const engine = scriptedEngine(reuse, 1000, options.startMode);
  return new Guest(startScripted(engine), { engine, limits, waitsForExit: true, ...options });
}

/** One call in a guest of its own, which is gone afterwards. */
async function callOnce(
  reuse: EngineReuse,
  call: GuestCall,
  options: Partial<GuestOptions> = {},
): Promise<GuestAnswer> {
  const guest = start(reuse, options);
  try {
    await guest.ready;
    return await guest.call(call);
  } finally {
    await guest.close();
  }
}

function frames(...parts: [kind: number, body: string][]): string {
  return Buffer.concat(parts.map(([kind, body]) => encodeFrame(kind as FrameKind, body))).toString('hex');
}

const json = ({ frame }: GuestAnswer): unknown => JSON.parse(Buffer.from(frame.body).toString());

describe('a guest', () => {
  it('serves one call after the other where it may, told of its plugin once or each time', async () => {
    for (const reuse of ['plugin', 'any'] as const) {
      const guest = start(reuse);
      await guest.ready;
      for (const key of ['plugin-a', 'plugin-a', 'plugin-b']) {
        const call = scriptedCall('echo', { of: key }, { key });
        const free = new Promise<void>((resolve) => setTimeout(resolve, 30));
        const answer: unknown = json(await guest.call(call));
        expect(answer).toMatchObject({ name: 'echo', input: { of: key }, plugin: key });
        await free;
      }
      expect(guest.calls).toBe(3);
      await guest.close();
    }
  });

  it.each<[string, GuestCall, string]>([
    [
      'a result that is too long',
      scriptedCall('bytes', frames([FrameKind.result, '"'.padEnd(10_001, 'x')])),
      'claims 10001',
    ],
    ['a length of 4 GiB', scriptedCall('bytes', 'ffffffff03'), 'claims 4294967295'],
    ['READY once more', scriptedCall('bytes', frames([FrameKind.ready, '{}'])), 'kind 1 came for an answer'],
    ['IDLE before the answer', scriptedCall('bytes', frames([FrameKind.idle, '{}'])), 'kind 8 came for an answer'],
    ['a frame of the host', scriptedCall('bytes', frames([FrameKind.fetched, '{}'])), 'kind 6 came for an answer'],
    ['a request that was not granted', scriptedCall('fetch', { url: 'https://a.test/' }), 'kind 5 came for an answer'],
    ['a log that is mostly something else', scriptedCall('padded-log', 'x'.repeat(1000)), 'LOG is malformed'],
    [
      'a malformed log',
      scriptedCall('bytes', frames([FrameKind.log, '{"stream":"stdin","text":""}'])),
      'LOG is malformed',
    ],
  ])('that sends %s is ended', async (_, call, message) => {
    await expect(callOnce('plugin', call)).rejects.toMatchObject({
      code: 'SANDBOX_PROTOCOL',
      message: expect.stringContaining(message),
    });
  });

  it.each<[string, GuestCall]>([
    ['two answers', scriptedCall('twice')],
    ['an answer before it is asked', scriptedCall('idle-and-more')],
  ])('that sends %s has its first one taken, and is ended', async (name, call) => {
    const gone = Promise.withResolvers<void>();
    const guest = start('plugin', { onGone: () => gone.resolve() });
    await guest.ready;
    expect(json(await guest.call(call))).toMatchObject({
      name: call.bytes.toString().includes('twice') ? 'twice' : 'idle-and-more',
    });
    await gone.promise;
    expect(name).not.toBe('');
  });

  it('that answers twice is done with after the first, where it serves one call', async () => {
    expect(json(await callOnce('never', scriptedCall('twice')))).toMatchObject({ name: 'twice' });
  });

  it('that does not leave after its one answer is ended', async () => {
    expect(json(await callOnce('never', scriptedCall('stay')))).toMatchObject({ name: 'stay' });
  });

  it.each<[string, string]>([
    ['null', 'SANDBOX_PROTOCOL'],
    ['{"protocol":1,"engine":"quickjs"}', 'SANDBOX_PROTOCOL'],
  ])('that says READY as %s was never one', async (_, code) => {
    const guest = start('plugin', { startMode: 'node' });
    await expect(guest.ready).rejects.toMatchObject({ code });
    await guest.close();
  });

  it('that does not start says why', async () => {
    const guest = start('plugin', { startMode: 'exit' });
    await expect(guest.ready).rejects.toMatchObject({
      code: 'SANDBOX_UNAVAILABLE',
      message: 'The guest did not start (exit code 7): ',
    });
    await guest.closed;
  });

  it('that has to prove something and does not is not used', async () => {
    const engine = scriptedEngine('plugin');
    const strict = { ...engine, capabilities: { ...engine.capabilities, checks: ['no-code-generation'] } };
    const guest = new Guest(startScripted(strict), { engine: strict, limits, waitsForExit: true });
    await expect(guest.ready).rejects.toMatchObject({ code: 'SANDBOX_UNAVAILABLE' });
    await guest.closed;
  });
});

it('a guest that uses its memory once it has answered is ended', async () => {
  const guest = start('plugin');
  await guest.ready;
  const call = scriptedCall('answer-and-grow', 100 << 20, { memoryBytes: 32 << 20 });
  expect(json(await guest.call(call))).toBe('answer');
  const answered = performance.now();
  await guest.closed;
  expect(performance.now() - answered).toBeLessThan(3000);
});

describe('a call ends', () => {
  it.each<[string, GuestCall, string]>([
    ['by its time', scriptedCall('spin', null, { timeoutMs: 100 }), 'SANDBOX_TIMEOUT'],
    ['by its memory', scriptedCall('grow', 200 << 20, { memoryBytes: 32 << 20 }), 'SANDBOX_MEMORY'],
    ['by its output', scriptedCall('flood', 'x'.repeat(1000)), 'SANDBOX_OUTPUT_LIMIT'],
    ['by output of nothing, endlessly', scriptedCall('flood', ''), 'SANDBOX_OUTPUT_LIMIT'],
    ['by the end of the process', scriptedCall('exit'), 'SANDBOX_CRASH'],
    ['by its signal', scriptedCall('spin', null, { signal: AbortSignal.timeout(100) }), 'SANDBOX_ABORTED'],
    ['by a signal of long ago', scriptedCall('spin', null, { signal: AbortSignal.abort() }), 'SANDBOX_ABORTED'],
  ])('%s', async (_, call, code) => {
    await expect(callOnce('plugin', call)).rejects.toMatchObject({ code });
  });

  it('when its guest was ended before it could be handed over', async () => {
    const guest = start('plugin');
    await guest.ready;
    const closing = guest.close();
    await expect(guest.call(scriptedCall('echo'))).rejects.toMatchObject({ code: 'SANDBOX_ABORTED' });
    await closing;
    await expect(guest.call(scriptedCall('echo'))).rejects.toMatchObject({ code: 'SANDBOX_ABORTED' });
  });
});

describe('what a guest prints', () => {
  it('belongs to its call, up to a limit', async () => {
    expect((await callOnce('plugin', scriptedCall('log', 'žluť'))).logs).toEqual({
      stdout: '',
      stderr: 'žluť',
      truncated: false,
    });
    const { logs } = await callOnce('plugin', scriptedCall('log', 'x'.repeat(2000)));
    expect(logs).toEqual({ stdout: '', stderr: 'x'.repeat(1000), truncated: true });
  });

  it('past the protocol is dropped where other calls could be meant, and kept where there is one call', async () => {
    expect((await callOnce('plugin', scriptedCall('print', 'forged'))).logs.stdout).toBe('');
    expect((await callOnce('never', scriptedCall('print', 'mine'))).logs.stdout).toBe('mine');
    expect((await callOnce('never', scriptedCall('print', 'mine'), { waitsForExit: false })).logs.stdout).toBe('mine');
  });
});

describe('requests of a call', () => {
  const answerFetch: NonNullable<GuestCall['answerFetch']> = async ({ url }) => ({
    status: 200,
    headers: [],
    body: btoa(url),
  });

  it('are answered one after the other', async () => {
    const requests = ['https://a.test/', 'https://b.test/'].map((url) => ({ url }));
    const answer = await callOnce('plugin', scriptedCall('fetch', requests, { answerFetch }));
    expect(json(answer)).toMatchObject({ fetched: requests.map(({ url }) => ({ status: 200, body: btoa(url) })) });
  });

  it.each<[string, unknown, string]>([
    ['without a URL', {}, 'FETCH is malformed'],
    ['with headers of another shape', { url: 'x', headers: { a: 'b' } }, 'FETCH is malformed'],
    ['with a thousand headers', { url: 'x', headers: Array(1000).fill(['a', 'b']) }, 'FETCH is malformed'],
    ['with a body of another kind', { url: 'x', body: 1 }, 'FETCH is malformed'],
  ])('%s break the protocol', async (_, request, message) => {
    const call = scriptedCall('fetch', request, { answerFetch });
    await expect(callOnce('plugin', call)).rejects.toMatchObject({
      code: 'SANDBOX_PROTOCOL',
      message: expect.stringContaining(message),
    });
  });

  it('that are not waited for break the protocol', async () => {
    const call = scriptedCall('fetch-and-leave', { url: 'x' }, { answerFetch: () => new Promise(() => undefined) });
    await expect(callOnce('plugin', call)).rejects.toMatchObject({ code: 'SANDBOX_PROTOCOL' });
  });

  it('whose answers nobody reads do not pile up in the host', async () => {
    let count = 0;
    const answerLarge: NonNullable<GuestCall['answerFetch']> = async () => {
      count += 1;
      return { status: 200, headers: [], body: 'A'.repeat(4 << 20) };
    };
    const call = scriptedCall('fetch-and-read-nothing', 20, { answerFetch: answerLarge, timeoutMs: 2000 });
    await expect(callOnce('plugin', call)).rejects.toMatchObject({ code: 'SANDBOX_PROTOCOL' });
    expect(count).toBe(1);
  });

  it('are ended with the call', async () => {
    let signal: AbortSignal | undefined;
    const hang: NonNullable<GuestCall['answerFetch']> = (_, given) => {
      signal = given;
      return new Promise(() => undefined);
    };
    const call = scriptedCall('fetch', { url: 'x' }, { answerFetch: hang, timeoutMs: 200 });
    await expect(callOnce('plugin', call)).rejects.toMatchObject({ code: 'SANDBOX_TIMEOUT' });
    expect(signal?.aborted).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { FreshGuests } from '../src/pool/fresh-guests.js';
import type { Guest } from '../src/pool/guest.js';
import { DEFAULT_SANDBOX_LIMITS as limits } from '../src/sandbox-limits.js';
import { scriptedCall, scriptedEngine, startScripted } from './scripted.js';

const engine = scriptedEngine('plugin');

function request(key = 'a', signal?: AbortSignal, start = () => startScripted(engine)) {
  return { key, signal, engine, limits, start };
}

async function callIn(guests: FreshGuests, input: unknown): Promise<unknown> {
  const guest = await guests.acquire(request());
  try {
    const { frame } = await guest.call(scriptedCall('echo', input));
    return JSON.parse(Buffer.from(frame.body).toString()).input;
  } finally {
    await guest.close();
  }
}

describe('guests for single calls', () => {
  it('are no more at a time than allowed, and every call has one', async () => {
    const guests = new FreshGuests({ size: 2, queue: 10 });
    let running = 0;
    let most = 0;
    const start = () => {
      running += 1;
      most = Math.max(most, running);
      const box = startScripted(engine);
      void box.closed.then(() => (running -= 1));
      return box;
    };
    const calls = Array.from({ length: 6 }, async () => {
      const guest: Guest = await guests.acquire(request('a', undefined, start));
      await guest.close();
    });
    await Promise.all(calls);
    expect(most).toBe(2);
    expect(await Promise.all([1, 2, 3].map((input) => callIn(guests, input)))).toEqual([1, 2, 3]);
  });

  it('that cannot be started leave their place to the next', async () => {
    const guests = new FreshGuests({ size: 1, queue: 10 });
    const broken = () => {
      throw new Error('no processes left');
    };
    const calls = [request('a', undefined, broken), request('a', undefined, broken)].map((one) => guests.acquire(one));
    for (const call of calls) await expect(call).rejects.toThrow('no processes left');
    const failing = scriptedEngine('plugin', 1000, 'exit');
    await expect(guests.acquire(request('a', undefined, () => startScripted(failing)))).rejects.toMatchObject({
      code: 'SANDBOX_UNAVAILABLE',
    });
    expect(await callIn(guests, 'well')).toBe('well');
  });

  it('are not waited for any longer than the signal says, while they start and before', async () => {
    const guests = new FreshGuests({ size: 1, queue: 10 });
    const silent = scriptedEngine('plugin', 1000, 'silent');
    const controller = new AbortController();
    const starting = guests.acquire(request('a', controller.signal, () => startScripted(silent)));
    const waiting = guests.acquire(request('b', controller.signal));
    setTimeout(() => controller.abort(), 50);
    const aborted = { status: 'rejected', reason: { code: 'SANDBOX_ABORTED' } };
    expect(await Promise.allSettled([starting, waiting])).toMatchObject([aborted, aborted]);
    await expect(guests.acquire(request('c', AbortSignal.abort()))).rejects.toMatchObject({ code: 'SANDBOX_ABORTED' });
    expect(await callIn(guests, 1)).toBe(1);
  });

  it('are closed together, and there are none after that', async () => {
    const guests = new FreshGuests({ size: 1, queue: 10 });
    const guest = await guests.acquire(request());
    const waiting = guests.acquire(request()).catch((error: unknown) => error);
    const call = guest.call(scriptedCall('spin')).catch((error: unknown) => error);
    await guests.close();
    expect(await call).toMatchObject({ code: 'SANDBOX_ABORTED' });
    expect(await waiting).toMatchObject({ code: 'SANDBOX_ABORTED' });
    await expect(guests.acquire(request())).rejects.toMatchObject({ code: 'SANDBOX_ABORTED' });
  });
});

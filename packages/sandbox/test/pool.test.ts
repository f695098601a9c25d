import { describe, expect, it } from 'vitest';
import { callPool, isAlive, scriptedCall, scriptedEngine, scriptedPool, startScripted, until } from './scripted.js';

describe('guests that serve one call', () => {
  it('are each used once, and replaced', async () => {
    const pool = scriptedPool(scriptedEngine('never'));
    const pids = new Set<number>();
    for (let n = 0; n < 6; n += 1) {
      const { input, pid, calls } = await callPool(pool, scriptedCall('echo', n));
      expect([input, calls]).toEqual([n, 1]);
      pids.add(pid);
    }
    expect(pids.size).toBe(6);
  });

  it('are kept in stock once there was a call, so that the next one need not wait', async () => {
    let started = 0;
    const engine = scriptedEngine('never');
    const start = () => {
      started += 1;
      return startScripted(engine);
    };
    const pool = scriptedPool(engine, { size: 3, start });
    expect(started).toBe(0);
    await callPool(pool, scriptedCall('echo'));
    await until(() => started === 4);
    const ready = await pool.acquire('plugin-a');
    expect(ready.wasReady).toBe(true);
    await ready.close();
  });

  it('never run more at a time than the pool is large', async () => {
    let running = 0;
    let most = 0;
    const engine = scriptedEngine('never');
    const start = () => {
      running += 1;
      most = Math.max(most, running);
      const box = startScripted(engine);
      void box.closed.then(() => (running -= 1));
      return box;
    };
    const pool = scriptedPool(engine, { size: 3, start });
    const calls = Array.from({ length: 12 }, (_, n) => callPool(pool, scriptedCall('echo', n)));
    expect((await Promise.all(calls)).map(({ input }) => input)).toEqual(calls.map((_, n) => n));
    expect(most).toBe(3);
  });
});

describe('guests that serve one plugin', () => {
  it('serve it again and again, and no other', async () => {
    const pool = scriptedPool(scriptedEngine('plugin'), { size: 2 });
    const a = [await callPool(pool, scriptedCall('echo')), await callPool(pool, scriptedCall('echo'))];
    const b = await callPool(pool, scriptedCall('echo', null, { key: 'plugin-b' }));
    expect(a[1]?.pid).toBe(a[0]?.pid);
    expect(b.pid).not.toBe(a[0]?.pid);
    expect([a[1]?.plugin, b.plugin]).toEqual(['plugin-a', 'plugin-b']);
    expect((await callPool(pool, scriptedCall('echo'))).pid).toBe(a[0]?.pid);
  });

  it('make room for another plugin when nobody waits for them', async () => {
    const pool = scriptedPool(scriptedEngine('plugin'), { size: 1 });
    const a = await callPool(pool, scriptedCall('echo'));
    const b = await callPool(pool, scriptedCall('echo', null, { key: 'plugin-b' }));
    expect(b).toMatchObject({ plugin: 'plugin-b', calls: 1 });
    await until(() => !isAlive(a.pid));
  });

  it('make room for another plugin in time even while they are wanted', async () => {
    const pool = scriptedPool(scriptedEngine('plugin'), { size: 1 });
    let busy = true;
    const stream = (async () => {
      const call = async () => {
        while (busy) await callPool(pool, scriptedCall('echo'));
      };
      await Promise.all([call(), call()]);
    })();
    await callPool(pool, scriptedCall('echo'));
    const b = await callPool(pool, scriptedCall('echo', null, { key: 'plugin-b' }));
    expect(b.plugin).toBe('plugin-b');
    busy = false;
    await stream;
  });

  it('are replaced after so many calls', async () => {
    const pool = scriptedPool(scriptedEngine('plugin', 3), { size: 1 });
    const pids: number[] = [];
    for (let n = 0; n < 7; n += 1) pids.push((await callPool(pool, scriptedCall('echo'))).pid);
    expect([new Set(pids.slice(0, 3)).size, new Set(pids.slice(3, 6)).size, new Set(pids).size]).toEqual([1, 1, 3]);
  });

  it('are taken out when they break, and the next call has a new one', async () => {
    const pool = scriptedPool(scriptedEngine('plugin'), { size: 1 });
    const first = await callPool(pool, scriptedCall('echo'));
    await expect(callPool(pool, scriptedCall('exit'))).rejects.toMatchObject({ code: 'SANDBOX_CRASH' });
    const second = await callPool(pool, scriptedCall('twice'));
    const third = await callPool(pool, scriptedCall('echo'));
    expect(new Set([first.pid, second.pid, third.pid]).size).toBe(3);
  });

  it('killed while idle are not given to anybody', async () => {
    const pool = scriptedPool(scriptedEngine('plugin'), { size: 1 });
    const { pid } = await callPool(pool, scriptedCall('echo'));
    process.kill(pid, 'SIGKILL');
    await until(() => !isAlive(pid));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await callPool(pool, scriptedCall('echo'))).pid).not.toBe(pid);
  });
});

describe('guests that serve any plugin', () => {
  it('are told each time which', async () => {
    const pool = scriptedPool(scriptedEngine('any'), { size: 1 });
    const calls = ['a', 'b', 'a'].map((key) => callPool(pool, scriptedCall('echo', null, { key })));
    const answers = await Promise.all(calls);
    expect(answers.map(({ plugin }) => plugin)).toEqual(['a', 'b', 'a']);
    expect(new Set(answers.map(({ pid }) => pid)).size).toBe(1);
  });
});

describe('waiting', () => {
  it('is in turns between plugins: one with many calls does not keep another out', async () => {
    const pool = scriptedPool(scriptedEngine('any'), { size: 1 });
    const order: string[] = [];
    const call = async (key: string): Promise<void> => {
      await callPool(pool, scriptedCall('wait', 2, { key }));
      order.push(key);
    };
    const many = Array.from({ length: 20 }, () => call('many'));
    await Promise.all([...many, call('one'), call('one')]);
    expect(order.indexOf('one')).toBeLessThan(3);
    expect(order.lastIndexOf('one')).toBeLessThan(6);
  });

  it('is bounded: one call too many is refused at once, and the others are served', async () => {
    const pool = scriptedPool(scriptedEngine('plugin'), { size: 1, queue: 3 });
    const calls = Array.from({ length: 5 }, () => callPool(pool, scriptedCall('echo')));
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    expect(outcomes[4]).toMatchObject({
      reason: { code: 'SANDBOX_BUSY', message: expect.stringContaining('3 calls wait') },
    });
  });

  it('ends with the signal, and leaves the others their turns', async () => {
    const pool = scriptedPool(scriptedEngine('plugin'), { size: 1 });
    const first = callPool(pool, scriptedCall('wait', 200));
    const controller = new AbortController();
    const second = callPool(pool, scriptedCall('echo', 2, { signal: controller.signal }));
    const third = callPool(pool, scriptedCall('echo', 3));
    controller.abort(new Error('enough'));
    await expect(second).rejects.toMatchObject({ code: 'SANDBOX_ABORTED', cause: { message: 'enough' } });
    expect((await first).name).toBe('wait');
    expect((await third).input).toBe(3);
  });

  it('does not begin once the signal has said no', async () => {
    const pool = scriptedPool(scriptedEngine('plugin'), { size: 1 });
    const first = callPool(pool, scriptedCall('wait', 300));
    const started = performance.now();
    const late = callPool(pool, scriptedCall('echo', 2, { signal: AbortSignal.abort(new Error('enough')) }));
    await expect(late).rejects.toMatchObject({ code: 'SANDBOX_ABORTED', cause: { message: 'enough' } });
    expect(performance.now() - started).toBeLessThan(200);
    expect((await first).calls).toBe(1);
  });

  it('goes on when a guest is killed while it starts', async () => {
    const engine = scriptedEngine('plugin');
    let started = 0;
    const start = () => {
      const box = startScripted(engine);
      started += 1;
      if (started <= 2) box.kill();
      return box;
    };
    const pool = scriptedPool(engine, { size: 1, start });
    expect((await callPool(pool, scriptedCall('echo', 'well'))).input).toBe('well');
    expect(started).toBe(3);
  });

  it('ends when no guest can be started', async () => {
    const pool = scriptedPool(scriptedEngine('plugin', 1000, 'exit'), { size: 2 });
    const calls = [1, 2, 3].map(() => callPool(pool, scriptedCall('echo')));
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'SANDBOX_UNAVAILABLE' });
    const broken = scriptedPool(scriptedEngine('plugin'), {
      start: () => {
        throw new Error('no descriptors left');
      },
    });
    await expect(callPool(broken, scriptedCall('echo'))).rejects.toThrow('no descriptors left');
  });
});

describe('an idle pool', () => {
  it.each(['never', 'plugin', 'any'] as const)(
    'ends its guests after a while (%s), and starts new ones',
    async (reuse) => {
      const engine = scriptedEngine(reuse);
      let running = 0;
      const start = () => {
        const box = startScripted(engine);
        running += 1;
        void box.closed.then(() => (running -= 1));
        return box;
      };
      const pool = scriptedPool(engine, { idleMs: 60, start });
      await callPool(pool, scriptedCall('echo'));
      await until(() => running > 0);
      await until(() => running === 0);
      expect((await callPool(pool, scriptedCall('echo', 'again'))).input).toBe('again');
    },
  );
});

describe('close', () => {
  it('ends every guest and every call, and takes no more', async () => {
    const pool = scriptedPool(scriptedEngine('plugin'), { size: 2 });
    const { pid } = await callPool(pool, scriptedCall('echo'));
    const calls = Array.from({ length: 5 }, () =>
      callPool(pool, scriptedCall('spin')).catch((error: unknown) => error),
    );
    await new Promise((resolve) => setTimeout(resolve, 150));
    await pool.close();
    for (const call of calls) expect(await call).toMatchObject({ code: 'SANDBOX_ABORTED' });
    expect(isAlive(pid)).toBe(false);
    expect(() => pool.acquire('plugin-a')).toThrowError(expect.objectContaining({ code: 'SANDBOX_ABORTED' }));
  });
});

describe('two thousand calls at once', () => {
  it('over four guests are answered once each, each with its own answer', async () => {
    const pool = scriptedPool(scriptedEngine('plugin'), { size: 4, queue: 2000 });
    const keys = ['a', 'b', 'c'];
    const calls = Array.from({ length: 2000 }, (_, n) =>
      callPool(pool, scriptedCall('echo', n, { key: keys[n % 3] ?? 'a' })),
    );
    const answers = await Promise.all(calls);
    expect(answers.every(({ input, plugin }, n) => input === n && plugin === keys[n % 3])).toBe(true);
    expect(new Set(answers.map(({ pid, calls: count }) => `${pid} ${count}`)).size).toBe(2000);
  });
});

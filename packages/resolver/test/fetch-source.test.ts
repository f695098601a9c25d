import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MarketplaceError } from '@agentmesh/errors';
import {
  DEFAULT_FETCH_LIMITS,
  type FetchContext,
  type FetchedSource,
  type FetchOptions,
  SourceRegistry,
  type SourceResolver,
} from '@agentmesh/resolver';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

let folder: string;
let target: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmesh-resolver-'));
  target = join(folder, 'target');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Fetch = (spec: string, target: string, context: FetchContext) => unknown;

/** Fetches `fake://spec` with a resolver whose answer need not fit the port, as one in plain JavaScript may do. */
function fetchWith(fetch: Fetch, options: FetchOptions = {}, place: string = target): Promise<FetchedSource> {
  const resolver = { scheme: 'fake', fetch } as SourceResolver;
  return new SourceRegistry().register(resolver).fetch({ scheme: 'fake', spec: 'spec' }, place, options);
}

async function writePlugin(place: string): Promise<void> {
  await mkdir(join(place, 'src'));
  await writeFile(join(place, 'src', 'index.js'), 'export {};\n');
}

const good: Fetch = async (_, place) => {
  await writePlugin(place);
  return { name: 'demo.js', resolved: 'fake://spec@1', revision: '1', extra: true };
};

describe('a fetch that succeeds', () => {
  it('fills an absent target and answers with a checked name', async () => {
    await expect(fetchWith(good)).resolves.toEqual({
      name: 'demo-js',
      resolved: 'fake://spec@1',
      revision: '1',
      source: { scheme: 'fake', spec: 'spec' },
    });
    expect(await readdir(folder)).toEqual(['target']);
    expect(await readFile(join(target, 'src', 'index.js'), 'utf8')).toBe('export {};\n');
  });

  it('fills an empty folder and keeps its mode', async () => {
    await mkdir(target, { mode: 0o700 });
    await fetchWith(good);
    expect((await stat(target)).mode & 0o777).toBe(0o700);
    expect(await readdir(target)).toEqual(['src']);
  });

  it('hands over the limits, complete', async () => {
    const seen = vi.fn<Fetch>(good);
    await fetchWith(seen, { limits: { maxFiles: 7 } });
    expect(seen.mock.calls[0]?.[2].limits).toEqual({ ...DEFAULT_FETCH_LIMITS, maxFiles: 7 });
  });

  it('passes progress on', async () => {
    const onProgress = vi.fn();
    const fetch: Fetch = (spec, place, context) => {
      context.onProgress?.({ bytes: 1, files: 0 });
      return good(spec, place, context);
    };
    await fetchWith(fetch, { onProgress });
    await fetchWith(fetch, {}, `${target}-2`);
    expect(onProgress.mock.calls).toEqual([[{ bytes: 1, files: 0 }]]);
  });

  it('runs beside others without mixing', async () => {
    const registry = new SourceRegistry().register({
      scheme: 'fake',
      fetch: async (spec, place) => {
        await sleep(Number(spec) % 7);
        await writeFile(join(place, spec), spec);
        return { name: `p${spec}`, resolved: `fake://${spec}` };
      },
    });
    const specs = Array.from({ length: 50 }, (_, index) => String(index));
    const fetched = await Promise.all(
      specs.map((spec) => registry.fetch({ scheme: 'fake', spec }, join(folder, spec))),
    );
    expect(fetched.map((each) => each.name)).toEqual(specs.map((spec) => `p${spec}`));
    for (const spec of specs) expect(await readdir(join(folder, spec))).toEqual([spec]);
  });

  it('keeps the resolver that it began with when another takes the scheme', async () => {
    const registry = new SourceRegistry();
    const named = (name: string) => ({ scheme: 'fake', fetch: async () => ({ name, resolved: 'fake://x' }) });
    const fetching = registry.register(named('first')).fetch({ scheme: 'fake', spec: 'x' }, target);
    registry.register(named('second'), { replace: true });
    await expect(fetching).resolves.toMatchObject({ name: 'first' });
  });
});

describe('a target that is not free', () => {
  it('is refused and left alone when it holds a file', async () => {
    await mkdir(target);
    await writeFile(join(target, 'mine'), '');
    const fetch = vi.fn<Fetch>(good);
    await expect(fetchWith(fetch)).rejects.toMatchObject({ code: 'TARGET_NOT_EMPTY' });
    expect(fetch).not.toHaveBeenCalled();
    expect(await readdir(target)).toEqual(['mine']);
  });

  it('is refused when it is a link to an empty folder', async () => {
    await mkdir(join(folder, 'elsewhere'));
    await symlink('elsewhere', target);
    await expect(fetchWith(good)).rejects.toMatchObject({ code: 'TARGET_NOT_EMPTY' });
  });

  it('keeps what somebody else put there during the fetch', async () => {
    const fetch: Fetch = async (spec, place, context) => {
      await mkdir(target);
      await writeFile(join(target, 'theirs'), '');
      return good(spec, place, context);
    };
    await expect(fetchWith(fetch)).rejects.toMatchObject({ code: 'FETCH_FAILED' });
    expect(await readdir(folder)).toEqual(['target']);
    expect(await readdir(target)).toEqual(['theirs']);
  });

  it('is a failed fetch when its parent folder is missing', async () => {
    await expect(fetchWith(good, {}, join(folder, 'no', 'target'))).rejects.toMatchObject({
      code: 'FETCH_FAILED',
      cause: { code: 'ENOENT' },
    });
  });
});

describe('a resolver that fails', () => {
  it('has its own error passed on and its leftovers removed', async () => {
    const error = new MarketplaceError('gone', { code: 'SOURCE_NOT_FOUND' });
    const fetch: Fetch = async (_, place) => {
      await writePlugin(place);
      throw error;
    };
    await expect(fetchWith(fetch)).rejects.toBe(error);
    expect(await readdir(folder)).toEqual([]);
  });

  it('leaves an empty target empty', async () => {
    await mkdir(target);
    await expect(fetchWith(async () => Promise.reject(new Error('x')))).rejects.toMatchObject({ code: 'FETCH_FAILED' });
    expect(await readdir(folder)).toEqual(['target']);
    expect(await readdir(target)).toEqual([]);
  });

  it('has a foreign error wrapped, its text kept out of the message', async () => {
    const cause = new Error('fatal: could not read https://user:hunter2@host/ \u001b[2J');
    const fetch: Fetch = () => {
      throw cause;
    };
    const error = await fetchWith(fetch).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'FETCH_FAILED', cause });
    expect(String(error)).not.toContain('hunter2');
    expect(error).toMatchObject({ message: 'Fetching from "fake" failed' });
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'demo'],
    ['no name', { resolved: 'fake://x' }],
    ['an empty name', { name: '', resolved: 'fake://x' }],
    ['a name that climbs', { name: '../x', resolved: 'fake://x' }],
    ['a name of two dots', { name: 'a..b', resolved: 'fake://x' }],
    ['no resolved source', { name: 'x' }],
    ['a resolved source without scheme', { name: 'x', resolved: 'x' }],
    ['a resolved source without spec', { name: 'x', resolved: 'fake://' }],
    ['a resolved source of another scheme', { name: 'x', resolved: 'local://x' }],
    ['a revision that is a number', { name: 'x', resolved: 'fake://x', revision: 1 }],
  ])('is found out when it answers %s', async (_, answer) => {
    await expect(fetchWith(async () => answer)).rejects.toMatchObject({ code: 'RESOLVER_INVALID' });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('a fetch that is given up', () => {
  /** Writes until its signal aborts, then fails as a killed child process would. */
  const endless: Fetch = async (_, place, { signal }) => {
    for (let count = 0; !signal.aborted; count += 1) {
      await writeFile(join(place, String(count)), 'x');
      await sleep(1);
    }
    throw new MarketplaceError('killed', { code: 'FETCH_FAILED' });
  };

  it('does not start when the signal aborted before', async () => {
    const fetch = vi.fn<Fetch>(good);
    const reason = new Error('stop');
    await expect(fetchWith(fetch, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(fetch).not.toHaveBeenCalled();
    expect(await readdir(folder)).toEqual([]);
  });

  it('rejects with the reason of the signal and leaves nothing, at random moments', async () => {
    for (let round = 0; round < 20; round += 1) {
      const controller = new AbortController();
      const reason = { round };
      const fetching = fetchWith(endless, { signal: controller.signal }, join(folder, `t${round}`));
      setTimeout(() => controller.abort(reason), Math.random() * 10);
      await expect(fetching).rejects.toBe(reason);
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it('times out with FETCH_TIMEOUT and leaves nothing', async () => {
    await expect(fetchWith(endless, { limits: { timeoutMs: 20 } })).rejects.toMatchObject({
      code: 'FETCH_TIMEOUT',
      message: 'Fetching from "fake" took longer than 20 ms',
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('is over in time although the resolver ignores its signal, and late writes are removed', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    let late = '';
    const deaf: Fetch = async (spec, place, context) => {
      late = place;
      await released;
      await mkdir(place, { recursive: true });
      return good(spec, place, context);
    };
    const started = performance.now();
    await expect(fetchWith(deaf, { limits: { timeoutMs: 10 } })).rejects.toMatchObject({ code: 'FETCH_TIMEOUT' });
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(await readdir(folder)).toEqual([]);
    // The same target may be used again at once: the late resolver does not know it.
    await fetchWith(good);
    release();
    await vi.waitFor(async () => {
      expect(late).not.toBe('');
      expect(await readdir(folder)).toEqual(['target']);
    });
    expect(await readdir(target)).toEqual(['src']);
  });

  it('is over although the resolver never ends', async () => {
    const never: Fetch = () => new Promise(() => undefined);
    const controller = new AbortController();
    const fetching = fetchWith(never, { signal: controller.signal });
    controller.abort('enough');
    await expect(fetching).rejects.toBe('enough');
    expect(await readdir(folder)).toEqual([]);
  });

  it('is not taken for a success when the resolver answers after the abort', async () => {
    const controller = new AbortController();
    const fetch: Fetch = (spec, place, context) => {
      controller.abort('too late');
      return good(spec, place, context);
    };
    await expect(fetchWith(fetch, { signal: controller.signal })).rejects.toBe('too late');
    expect(await readdir(folder)).toEqual([]);
  });

  it('hears no progress any more', async () => {
    const onProgress = vi.fn();
    const fetch: Fetch = async (_, __, { signal, onProgress: report }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      report?.({ bytes: 1, files: 1 });
    };
    await expect(fetchWith(fetch, { onProgress, limits: { timeoutMs: 5 } })).rejects.toMatchObject({
      code: 'FETCH_TIMEOUT',
    });
    expect(onProgress).not.toHaveBeenCalled();
  });

  it('leaves no listener on a long-lived signal', async () => {
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, 'addEventListener');
    const remove = vi.spyOn(signal, 'removeEventListener');
    await fetchWith(good, { signal });
    expect(add).toHaveBeenCalledTimes(1);
    expect(remove).toHaveBeenCalledWith(...(add.mock.calls[0]?.slice(0, 2) ?? []));
  });
});

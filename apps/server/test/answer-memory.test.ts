import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createManifest } from '@agentmesh/manifest';
import { PluginRegistry } from '@agentmesh/registry';
import { openDatabase } from '@agentmesh/registry-sql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAnswerMemory } from '../src/http/answer-memory.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmesh-answers-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Two views of one file, as two processes have them. */
async function openTwo(name: string) {
  const url = `sqlite:${join(folder, name)}`;
  const databases = [await openDatabase({ url }), await openDatabase({ url })] as const;
  const [here, there] = databases.map(({ store }) => new PluginRegistry({ store }));
  if (here === undefined || there === undefined) throw new Error('Expected two');
  return { here, there, close: () => Promise.all(databases.map((database) => database.close())) };
}

const fields = { description: 'Says how the weather is', author: 'alice@example.com' };

it('an answer is made once, and anew after each change, of this process or another', async () => {
  const { here, there, close } = await openTwo('a.db');
  const memory = createAnswerMemory(here);
  let made = 0;
  const ask = async (): Promise<unknown> => {
    const { text } = await memory.answer('weather', async () => {
      made += 1;
      return (await here.versions('weather')).map(({ manifest }) => manifest.version);
    });
    return JSON.parse(text);
  };
  const list = (registry: PluginRegistry, version: string) =>
    registry.register(createManifest({ name: 'weather', version, plugin_type: 'integration', ...fields }));
  expect([await ask(), await ask(), made]).toEqual([[], [], 1]);
  await list(here, '1.0.0');
  expect([await ask(), await ask(), made]).toEqual([['1.0.0'], ['1.0.0'], 2]);
  await list(there, '1.1.0');
  expect([await ask(), await ask(), made]).toEqual([['1.0.0', '1.1.0'], ['1.0.0', '1.1.0'], 3]);
  await there.yank('weather', '1.1.0', { reason: 'test' });
  await ask();
  expect(made).toBe(4);
  await close();
});

it('an answer that a change overtakes is not kept for the time after it', async () => {
  const { here, there, close } = await openTwo('b.db');
  const memory = createAnswerMemory(here);
  const slow = await memory.answer('weather', async () => {
    const before = await here.versions('weather');
    await there.register(createManifest({ name: 'weather', version: '1.0.0', plugin_type: 'integration', ...fields }));
    return before.length;
  });
  expect(slow.text).toBe('0');
  expect((await memory.answer('weather', async () => (await here.versions('weather')).length)).text).toBe('1');
  await close();
});

it('nothing is kept of a registry that cannot tell its changes, nor of a large answer', async () => {
  const { here, close } = await openTwo('c.db');
  let made = 0;
  const make = (size: number) => async () => {
    made += 1;
    return 'x'.repeat(size);
  };
  const untold = createAnswerMemory(new PluginRegistry());
  for (let time = 0; time < 2; time += 1) await untold.answer('a', make(1));
  const told = createAnswerMemory(here);
  for (let time = 0; time < 2; time += 1) await told.answer('a', make(100_000));
  expect(made).toBe(4);
  await close();
});

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { askOnceATurn } from '../src/http/ask-once-a-turn.js';

it('puts one question for all who ask in one turn, after the last of them', async () => {
  let state = 0;
  let put = 0;
  const ask = askOnceATurn(async () => {
    put += 1;
    return state;
  });
  const first = ask();
  await Promise.resolve();
  const second = ask();
  state = 1;
  expect(await Promise.all([first, second])).toEqual([1, 1]);
  expect(put).toBe(1);
  state = 2;
  expect(await ask()).toBe(2);
  expect(put).toBe(2);
});

it('puts a new question for whoever asks while one is answered', async () => {
  let state = 'before';
  const ask = askOnceATurn(async () => {
    const seen = state;
    await sleep(20);
    return seen;
  });
  const early = ask();
  await sleep(5);
  state = 'after';
  expect(await Promise.all([early, ask()])).toEqual(['before', 'after']);
});

it('tells all who asked of a failure, and nobody after them', async () => {
  const answers = [() => Promise.reject(new Error('gone')), () => Promise.resolve('back')];
  const ask = askOnceATurn(async () => answers.shift()?.());
  expect(await Promise.allSettled([ask(), ask()])).toMatchObject([
    { reason: { message: 'gone' } },
    { status: 'rejected' },
  ]);
  expect(await ask()).toBe('back');
});

import { describe, expect, it } from 'vitest';
import { runSource } from './box.js';

const thrower = new Proxy(
  {},
  {
    ownKeys() {
      throw null;
    },
  },
);
const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();

describe('an input that cannot be read', () => {
  it.each<[string, unknown]>([
    ['a proxy whose traps throw null', thrower],
    ['a revoked proxy', revoked],
    [
      'a property that throws a number',
      {
        get a() {
          throw 1;
        },
      },
    ],
    ['one of these deep inside', { list: [1, { thrower }] }],
  ])('%s is refused by an error of ours', async (_, input) => {
    await expect(runSource('exports.run = (input) => input;', input)).rejects.toMatchObject({
      code: 'SANDBOX_INVALID_CALL',
    });
  });
});

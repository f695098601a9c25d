import { describe, expect, it } from 'vitest';
import { parseChallenges } from '../src/auth-challenge.js';

const read = (header: string) => parseChallenges(header).map(({ scheme, parameters }) => [scheme, { ...parameters }]);

describe('a WWW-Authenticate header', () => {
  it('is read as registries write it', () => {
    expect(
      read('Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull"'),
    ).toEqual([
      ['bearer', { realm: 'https://auth.example/token', service: 'registry.example', scope: 'repository:a/b:pull' }],
    ]);
  });

  it('may hold several challenges', () => {
    expect(read('Basic realm="a, b=\\"c\\"", Bearer realm=plain , service = "x",Negotiate')).toEqual([
      ['basic', { realm: 'a, b="c"' }],
      ['bearer', { realm: 'plain', service: 'x' }],
      ['negotiate', {}],
    ]);
  });

  it('keeps the first of two parameters of one name', () => {
    expect(read('Bearer realm="one",realm="two"')).toEqual([['bearer', { realm: 'one' }]]);
  });

  it.each([
    ['nothing', ''],
    ['parameters without a scheme', 'realm="x"'],
    ['rubbish', '"""'],
    ['a header without end', `Bearer realm="${'x'.repeat(10_000)}"`],
  ])('gives no parameters for %s', (_, header) => {
    expect(read(header).filter(([, parameters]) => Object.keys(Object(parameters)).length > 0)).toEqual([]);
  });

  it('does not let a parameter be taken for a property of objects', () => {
    expect(parseChallenges('Bearer __proto__="x"')[0]?.parameters.realm).toBeUndefined();
  });
});

import { createShapeOf, isShapePackageName } from '@agentmesh/shape';
import { describe, expect, it } from 'vitest';
import { createAdapter } from './fakes.js';

const NAME = 'agentmesh-shape-prompts';

describe('the package of a third party', () => {
  it('makes its shape from the options, at once or later', async () => {
    const module = { createShape: ({ shape }: { shape: string }) => createAdapter(shape) };
    expect((await createShapeOf({ name: NAME, module, options: { shape: 'prompts' } })).shape).toBe('prompts');
    const later = { createShape: async () => createAdapter('prompts') };
    expect((await createShapeOf({ name: '@ada/agentmesh-shape-prompts', module: later })).shape).toBe('prompts');
  });

  it.each([
    'prompts',
    'agentmesh-shape-',
    'agentmesh-resolver-prompts',
    'agentmesh-shape-../../evil',
    '../agentmesh-shape-a',
    'agentmesh-shape-a..b',
    '@a/b/agentmesh-shape-a',
    'AGENTMESH-SHAPE-A',
    'agentmesh-shape-a\n',
    `agentmesh-shape-${'a'.repeat(101)}`,
  ])('called %j is refused', async (name) => {
    expect(isShapePackageName(name)).toBe(false);
    const work = createShapeOf({ name, module: { createShape: () => createAdapter('a') } });
    await expect(work).rejects.toMatchObject({ code: 'SHAPE_INVALID' });
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /no function createShape/],
    ['another function', { createResolver: () => undefined }, /no function createShape/],
    [
      'one that throws',
      {
        createShape: () => {
          throw new Error('a secret');
        },
      },
      /makes no shape$/,
    ],
    ['one that rejects', { createShape: () => Promise.reject(new Error('a secret')) }, /makes no shape$/],
    [
      'one that makes half a shape',
      { createShape: () => ({ shape: 'a' }) },
      /makes no shape: .*without a function detect/,
    ],
  ])('that exports %s is refused by its name', async (_title, module, message) => {
    const error = await createShapeOf({ name: NAME, module }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'SHAPE_INVALID', message: expect.stringMatching(message) });
    expect(error).toMatchObject({ message: expect.stringContaining(NAME) });
    expect(String(error)).not.toContain('secret');
  });
});

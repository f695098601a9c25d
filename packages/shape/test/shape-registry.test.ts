import { MarketplaceError } from '@agentmesh/errors';
import { type Activation, registerEach, type ShapeAdapter, ShapeRegistry, takeBack } from '@agentmesh/shape';
import { describe, expect, it } from 'vitest';
import { createAdapter, createContext, stage } from './fakes.js';

function codesOf(findings: readonly { readonly code: string }[]): string[] {
  return findings.map(({ code }) => code);
}

describe('a registry of shapes', () => {
  it('knows what was registered, in order of their names', () => {
    const shapes = new ShapeRegistry().register(createAdapter('b')).register(createAdapter('a'));
    expect([shapes.shapes(), shapes.has('a'), shapes.has('c')]).toEqual([['a', 'b'], true, false]);
    expect(shapes.get('a').shape).toBe('a');
  });

  it('refuses a second adapter of a shape, unless it is to replace the first', () => {
    const shapes = new ShapeRegistry().register(createAdapter('a'));
    const second = createAdapter('a');
    expect(() => shapes.register(second)).toThrow(expect.objectContaining({ code: 'SHAPE_TAKEN' }));
    expect(shapes.register(second, { replace: true }).get('a')).toBe(second);
  });

  it('names the nearest where a shape is not known', () => {
    const shapes = new ShapeRegistry().register(createAdapter('agentskills'));
    expect(() => shapes.get('agentskill')).toThrow(
      expect.objectContaining({ code: 'SHAPE_UNKNOWN', hint: 'Did you mean "agentskills"?' }),
    );
    expect(() => new ShapeRegistry().get('\u001b[31m')).toThrow(/known: none$/);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a text', 'a'],
    ['one without deactivate', { ...createAdapter('a'), deactivate: undefined }],
    ...['', 'A', '1a', 'a_b', '../a', 'a\n', 'x'.repeat(65)].map((shape): [string, unknown] => [
      `the shape ${shape}`,
      createAdapter(shape),
    ]),
  ])('refuses %s', (_title, adapter) => {
    const register = () => new ShapeRegistry().register(adapter as ShapeAdapter);
    expect(register).toThrow(expect.objectContaining({ code: 'SHAPE_INVALID' }));
  });

  it('takes a class, whose methods are on its prototype', () => {
    class Shape implements ShapeAdapter {
      readonly shape = 'classy';
      readonly #good = createAdapter('classy');
      detect: ShapeAdapter['detect'] = (plugin) => this.#good.detect(plugin);
      async check() {
        return [];
      }
      async activate(...given: Parameters<ShapeAdapter['activate']>) {
        return this.#good.activate(...given);
      }
      async deactivate(...given: Parameters<ShapeAdapter['deactivate']>) {
        return takeBack(...given);
      }
    }
    expect(new ShapeRegistry().register(new Shape()).has('classy')).toBe(true);
  });

  it('brings every shape of a plugin into a client, and takes each back', async () => {
    const shapes = new ShapeRegistry()
      .register(createAdapter('a'))
      .register(createAdapter('b'))
      .register(createAdapter('c'));
    const plugin = await stage({ 'a.md': 'x', 'b.md': 'y' });
    const context = createContext();
    const { activations, findings } = await shapes.activate(plugin, () => context);
    expect([activations.map(({ shape }) => shape), findings, context.names]).toEqual([
      ['a', 'b'],
      [],
      ['a.md', 'b.md'],
    ]);
    for (const activation of activations) await shapes.deactivate(activation, context);
    expect(context.names).toEqual([]);
  });
});

describe('an adapter of a third party that fails', () => {
  const fail = async () => {
    throw new Error('secret of somebody');
  };
  const known = async () => {
    throw new MarketplaceError('Expected more', { code: 'X', hint: 'x' });
  };

  it.each(['detect', 'check', 'activate'] as const)('in %s costs its own shape and is told', async (step) => {
    const shapes = new ShapeRegistry()
      .register(createAdapter('bad', { [step]: fail }))
      .register(createAdapter('worse', { [step]: known }))
      .register(createAdapter('good'));
    const plugin = await stage({ 'bad.md': 'x', 'worse.md': 'x', 'good.md': 'y' });
    const { activations, findings } = await shapes.activate(plugin, () => createContext());
    const told = step === 'check' ? await shapes.check(plugin) : findings;
    expect(codesOf(told)).toEqual(['shape-failed', 'shape-failed']);
    expect(told[0]?.message).not.toContain('secret');
    expect(told[1]?.message).toMatch(/worse failed to .*: Expected more$/);
    expect(activations.map(({ shape }) => shape)).toContain('good');
  });

  it.each([
    ['no list', null],
    ['a text', 'all is well'],
    ['a finding without place', [{ code: 'x', severity: 'error', message: 'x' }]],
    ['a finding of another severity', [{ code: 'x', severity: 'fatal', path: 'x', message: 'x' }]],
  ])('by finding %s is told', async (_title, answer) => {
    const check = async () => answer as never;
    const shapes = new ShapeRegistry().register(createAdapter('bad', { check })).register(createAdapter('good'));
    expect(codesOf(await shapes.check(await stage({ 'bad.md': 'x' })))).toEqual(['shape-failed']);
  });

  it.each<[string, Partial<Activation>]>([
    ['another shape', { shape: 'good' }],
    ['another plugin', { plugin: 'victim' }],
    ['another version', { version: '9.9.9' }],
    ['another client', { client: 'other' }],
    ['another scope', { scope: 'user' }],
    ['no list of what it wrote', { written: undefined as never }],
  ])('by answering for %s is told, and its answer is not kept', async (_title, change) => {
    const good = createAdapter('bad');
    const bad = createAdapter('bad', {
      activate: async (plugin, context) => ({ ...(await good.activate(plugin, context)), ...change }),
    });
    const shapes = new ShapeRegistry().register(bad).register(createAdapter('good'));
    const { activations, findings } = await shapes.activate(await stage({ 'bad.md': 'x' }), () => createContext());
    expect([activations, codesOf(findings)]).toEqual([[], ['shape-failed']]);
  });
});

describe('an activation from a journal', () => {
  const item = { kind: 'skill', path: 'skills/a', name: '', digest: 'd' };
  const activation = {
    shape: 'a',
    plugin: 'p',
    version: '1.0',
    client: 'c',
    scope: 'user',
    written: [item],
    findings: [],
  };

  it.each([
    ['shape', { shape: '../a' }],
    ['plugin', { plugin: 1 }],
    ['client', { client: undefined }],
    ['scope', { scope: 'machine' }],
    ['written', { written: {} }],
    ['written[0]', { written: [{ ...item, kind: 'virus' }] }],
    ['written[1]', { written: [item, null] }],
    ['findings[0]', { findings: [{ code: 'x', severity: 'error', path: '', message: 'x', line: 1.5 }] }],
  ])('with a bad %s is refused by that name', async (name, change) => {
    const work = new ShapeRegistry()
      .register(createAdapter('a'))
      .deactivate({ ...activation, ...change } as Activation, createContext());
    await expect(work).rejects.toMatchObject({
      code: 'ACTIVATION_INVALID',
      message: expect.stringContaining(`field ${name}`),
    });
  });

  it('of a shape that nobody knows any more is refused', async () => {
    const work = new ShapeRegistry().deactivate(activation as Activation, createContext());
    await expect(work).rejects.toMatchObject({ code: 'SHAPE_UNKNOWN' });
  });
});

describe('registering one thing after the other', () => {
  it('goes on after a refusal, tells it by its code, and says nothing of what others throw', async () => {
    const plugin = await stage();
    const appendMemory = async () => {
      throw new MarketplaceError('Expected another name', { code: 'NAME_INVALID', hint: 'x' });
    };
    const registerGraph = async () => {
      throw new Error('a secret');
    };
    const context = createContext({ appendMemory, registerGraph });
    const activation = await registerEach({
      shape: 'a',
      plugin,
      context,
      steps: [
        { path: 'a.md', register: () => context.appendMemory({ from: 'a.md', text: '' }) },
        { path: 'g.json', register: () => context.registerGraph({ name: 'g', value: {} }) },
        { path: 's', register: () => context.registerSkill({ name: 's', folder: '/s' }) },
      ],
      findings: [{ code: 'early', severity: 'warning', path: 'x', message: 'x' }],
    });
    expect(activation.written).toEqual([{ kind: 'skill', path: 'skill/s', name: '', digest: 'd' }]);
    expect(activation.findings).toEqual([
      { code: 'early', severity: 'warning', path: 'x', message: 'x' },
      { code: 'name-invalid', severity: 'error', path: 'a.md', message: 'Expected another name' },
      { code: 'registration-failed', severity: 'error', path: 'g.json', message: 'It could not be registered' },
    ]);
  });

  it('is taken back from the end, and what fails is kept with the reason', async () => {
    const plugin = await stage({ a1: '', a2: '', a3: '' });
    const adapter = createAdapter('a');
    const context = createContext();
    const activation = await adapter.activate(plugin, context);
    const remove: typeof context.remove = async (item) => {
      if (item.path === 'memory/a2') throw new Error('a secret');
      return context.remove(item);
    };
    const { removed, kept } = await adapter.deactivate(activation, { ...context, remove });
    expect(removed.map(({ path }) => path)).toEqual(['memory/a3', 'memory/a1']);
    expect(kept).toMatchObject([{ path: 'memory/a2', reason: 'failed', message: 'It could not be removed' }]);
    const again = await adapter.deactivate(activation, createContext());
    expect(again.kept.map(({ reason }) => reason)).toEqual(['outside', 'outside', 'outside']);
  });
});

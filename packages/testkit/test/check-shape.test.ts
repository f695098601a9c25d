import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Activation, InstallContext, ShapeAdapter } from '@agentmesh/shape';
import { checkShape } from '@agentmesh/testkit';
import { describe, expect, it } from 'vitest';
import { expectBroken } from './expect-broken.js';
import { createFakeShape, type FakeShapeOptions, fakeContract, readCarelessly } from './fake-shape.js';

type Break = (good: ShapeAdapter) => Partial<ShapeAdapter>;

/** Every check by name, each with a fault that it has to see. */
const FAULTS: readonly (readonly [check: string, fault: string, breaks: Break])[] = [
  ['fits the port', 'a name in capitals', () => ({ shape: 'Fake' })],
  ['sees its own plugins, and no others', 'one that sees itself everywhere', () => ({ detect: async () => true })],
  ['sees its own plugins, and no others', 'one that never sees itself', () => ({ detect: async () => false })],
  [
    'finds no error in a good plugin, and changes nothing',
    'one that finds fault with everything',
    () => ({ check: async () => [{ code: 'bad', severity: 'error', path: 'notes/a.md', message: 'x' }] }),
  ],
  [
    'finds no error in a good plugin, and changes nothing',
    'one that leaves a cache in the plugin',
    () => ({ check: async ({ root }) => writeFile(join(root, 'cache'), 'x').then(() => []) }),
  ],
  ['finds what is wrong: one is empty', 'one that finds nothing', () => ({ check: async () => [] })],
  [
    'finds what is wrong: one is empty',
    'one that does not say where',
    ({ check }) => ({ check: async (plugin) => (await check(plugin)).map((finding) => ({ ...finding, path: '' })) }),
  ],
  ['registers everything that is good, and nothing else', 'one that forgets a file', skipping('notes/b.md')],
  [
    'registers everything that is good, and nothing else',
    'one that writes beside its client',
    ({ activate }) => ({
      activate: async (plugin, context) => {
        await writeFile(join(context.targetDir, '..', 'beside'), 'x');
        return activate(plugin, context);
      },
    }),
  ],
  [
    'registers all the rest where something is bad: one is empty',
    'one that gives up at the first fault',
    ({ activate, check }) => ({
      activate: async (plugin, context) =>
        activate((await check(plugin)).length > 0 ? { ...plugin, files: [] } : plugin, context),
    }),
  ],
  ['answers what was written, as plain JSON', 'one that tells nothing', changing(() => ({ written: [] }))],
  [
    'answers what was written, as plain JSON',
    'one that tells a date',
    changing((activation) => ({ written: activation.written.map((item) => ({ ...item, at: new Date(0) })) })),
  ],
  ['answers what was written, as plain JSON', 'one that tells another version', changing(() => ({ version: '9.9.9' }))],
  ['leaves one copy after three activations', 'one that counts its blocks', counting()],
  ['replaces the old version by the new one', 'one that remembers the first version', remembering()],
  [
    'goes on where the client refuses a thing, and tells of it',
    'one that tells nothing',
    changing(() => ({ findings: [] })),
  ],
  ['goes on where the client refuses a thing, and tells of it', 'one that stops there', stopping()],
  ['keeps two activations at a time apart', 'one that remembers the first plugin', remembering()],
  [
    'takes back exactly what it brought',
    'one that takes nothing back',
    () => ({ deactivate: async ({ written }) => ({ removed: written, kept: [] }) }),
  ],
  [
    'takes it back without the plugin, and a second time',
    'one that needs to be the one that brought it',
    ({ activate, deactivate }) => {
      let last: Activation | undefined;
      return {
        activate: async (...given) => {
          last = await activate(...given);
          return last;
        },
        deactivate: async (activation, context) =>
          last === undefined ? { removed: [], kept: [] } : deactivate(activation, context),
      };
    },
  ],
  [
    'keeps what the user changed, and says so',
    'one that removes files by itself',
    () => ({
      deactivate: async ({ written }, { targetDir }) => {
        for (const { path } of written) await rm(join(targetDir, path), { force: true });
        return { removed: written, kept: [] };
      },
    }),
  ],
  [
    'keeps what cannot be removed, and goes on',
    'one that stops there',
    () => ({
      deactivate: async ({ written }, context) => {
        for (const item of written) await context.remove(item);
        return { removed: written, kept: [] };
      },
    }),
  ],
  [
    'removes nothing that it did not bring',
    'one that trusts a path',
    () => ({
      deactivate: async ({ written }, { targetDir }) => {
        for (const { path } of written) if (path === 'notes.txt') await rm(join(targetDir, path));
        return { removed: [], kept: written.map((item) => ({ ...item, reason: 'outside', message: 'x' })) };
      },
    }),
  ],
];

const CARELESS: readonly (readonly [check: string, fault: string, options: FakeShapeOptions])[] = [
  ['survives nothing at all in the place of each file', 'one that parses and hopes', { parse: JSON.parse }],
  ['survives a NUL byte in the place of each file', 'one that parses and hopes', { parse: JSON.parse }],
  ['survives brackets 100,000 deep in the place of each file', 'one that parses and hopes', { parse: JSON.parse }],
  [
    'survives the prototype as a key in the place of each file',
    'one that merges what it reads',
    {
      parse: (text) => {
        const fields: object = text.includes('__proto__') ? JSON.parse(text) : { name: 'critic' };
        if (Object.hasOwn(fields, '__proto__')) throw new Error('merged');
        return fields;
      },
    },
  ],
  ['takes nothing from a file that changed after it was listed', 'one that reads on its own', { read: readCarelessly }],
  [
    'takes nothing through a link that came after the files were listed',
    'one that reads on its own',
    { read: readCarelessly },
  ],
  ['takes nothing through a linked folder', 'one that reads on its own', { read: readCarelessly }],
];

/** Sees a plugin without one of its files. */
function skipping(path: string): Break {
  return ({ activate }) => ({
    activate: (plugin, context) =>
      activate({ ...plugin, files: plugin.files.filter((file) => file.path !== path) }, context),
  });
}

function changing(change: (activation: Activation) => Partial<Activation>): Break {
  return ({ activate }) => ({
    activate: async (plugin, context) => {
      const activation = await activate(plugin, context);
      return { ...activation, ...change(activation) };
    },
  });
}

/** Gives each block a new name. */
function counting(): Break {
  let count = 0;
  return ({ activate }) => ({
    activate: (plugin, context) => {
      count += 1;
      const appendMemory: InstallContext['appendMemory'] = (block) =>
        context.appendMemory({ ...block, from: `${block.from}-${count}` });
      return activate(plugin, { ...context, appendMemory });
    },
  });
}

/** Answers with what the first plugin had. */
function remembering(): Break {
  return ({ activate }) => {
    const blocks = new Map<string, string>();
    return {
      activate: async (plugin, context) => {
        const appendMemory: InstallContext['appendMemory'] = ({ from, text }) => {
          blocks.set(from, blocks.get(from) ?? text);
          return context.appendMemory({ from, text: blocks.get(from) ?? text });
        };
        const registerSubagent: InstallContext['registerSubagent'] = (agent) => {
          blocks.set(agent.name, blocks.get(agent.name) ?? agent.prompt);
          return context.registerSubagent({ ...agent, prompt: blocks.get(agent.name) ?? '' });
        };
        return activate(plugin, { ...context, appendMemory, registerSubagent });
      },
    };
  };
}

/** Registers nothing after a refusal. */
function stopping(): Break {
  return ({ activate }) => ({
    activate: (plugin, context) => {
      let refused = false;
      const guard = async <T>(register: () => Promise<T>): Promise<T> => {
        if (refused) throw new Error('stopped');
        return register().catch((error: unknown) => {
          refused = true;
          throw error;
        });
      };
      return activate(plugin, {
        ...context,
        appendMemory: (block) => guard(() => context.appendMemory(block)),
        registerSubagent: (agent) => guard(() => context.registerSubagent(agent)),
      });
    },
  });
}

describe('a shape that keeps the contract', () => {
  for (const check of checkShape(fakeContract(createFakeShape))) it(check.name, check.run);
});

describe('checkShape sees', () => {
  it.each(FAULTS)('by "%s": %s', async (check, _fault, breaks) => {
    // One for all, as a module that keeps its state.
    const good = createFakeShape();
    const broken = { ...good, ...breaks(good) };
    const perCheck = check.startsWith('takes it back without') ? () => ({ ...good, ...breaks(good) }) : () => broken;
    await expectBroken(checkShape(fakeContract(perCheck)), check);
  });

  it.each(CARELESS)('by "%s": %s', async (check, _fault, options) => {
    const checks = checkShape(fakeContract(() => createFakeShape(options)));
    const outcome = await checks
      .find(({ name }) => name === check)
      ?.run()
      .then(
        () => 'passed',
        () => 'failed',
      );
    expect(outcome).toBe('failed');
  });
});

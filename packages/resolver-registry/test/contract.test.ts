import { createResolver } from '@agentmesh/resolver-registry';
import { checkResolver } from '@agentmesh/testkit';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { openPublished, type PublishedPlugins } from './publish-plugins.js';

let plugins: PublishedPlugins;
let contacts = 0;
beforeAll(async () => {
  plugins = await openPublished();
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`d${index % 9}/f${index}`, `content ${index}`]));
  await plugins.publish('demo', '1.0.0', { 'demo.js': 'export {};\n', ...many(60) });
  await plugins.publish('second', '1.0', { 'second.js': 'export {};\n', 'readme.md': 'Second\n' });
  await plugins.publish('second', '1.1', { 'second.js': 'export {};\n', 'readme.md': 'Newer\n' });
  await plugins.publish('large', '1.0.0', { 'large.js': 'export {};\n', ...many(1_200) });
});
afterAll(() => plugins.close());

describe('the contract of a resolver, kept by the one of registries', () => {
  const checks = checkResolver({
    createResolver: () =>
      createResolver({
        registry: async () => {
          contacts += 1;
          return plugins.registry;
        },
      }),
    known: { spec: 'demo', name: 'demo' },
    other: { spec: 'second@<1.1', name: 'second' },
    missing: 'third',
    hostile: [
      'demo@',
      'demo@@1',
      'demo@latest',
      'demo@>=x',
      'demo#main',
      'de mo',
      'demo/x',
      'dem.o',
      'con',
      '@1.0.0',
      'demo@ ',
    ],
    moving: ['demo', 'second@>=1.0', 'second@>=1.0,<2'],
    many: 'large',
    contacts: () => contacts,
  });
  for (const check of checks) it(check.name, check.run);
});

import { randomBytes } from 'node:crypto';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createResolver } from '@agentmesh/resolver-local';
import { checkResolver } from '@agentmesh/testkit';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { makePlugins, type PluginsFolder } from './make-plugins.js';

let folder: PluginsFolder;

beforeAll(async () => {
  const many = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [`d${index % 9}/f${index}`, `content ${index}`]),
  );
  const crowd = Object.fromEntries(Array.from({ length: 1_200 }, (_, index) => [`d${index % 9}/f${index}`, '']));
  const mebibyte = randomBytes(512 * 1024).toString('hex');
  const large = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`f${index}`, mebibyte]));
  folder = await makePlugins({
    'demo.js': many,
    second: { 'index.js': 'export {};\n', 'readme.md': 'Second\n' },
    crowd,
    large,
    failing: { 'index.js': '' },
  });
  await symlink(folder.root, join(folder.root, 'failing', 'link'));
});
afterAll(() => folder.remove());

describe('the contract of a resolver, kept by the local one', () => {
  const checks = checkResolver({
    createResolver: () => createResolver({ root: folder.root }),
    known: { spec: 'demo.js', name: 'demo-js' },
    other: { spec: 'second', name: 'second' },
    missing: 'third',
    many: 'crowd',
    large: 'large',
    failing: ['failing'],
    // Of the absolute path of the plugins.
    secret: 'agentmesh-local-',
    hostile: ['Demo.js', 'demo.js/', './demo.js', 'second#main', 'con', 'aux.js', 'second.', 'second\u0000'],
  });
  for (const check of checks) it(check.name, check.run);
});

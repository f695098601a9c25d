import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestFromObject } from '@agentmesh/manifest';
import { PluginRegistry } from '@agentmesh/registry';
import { describe, expect, it } from 'vitest';
import { manifestOf } from './manifests.js';
import { temporaryFolder } from './temporary-folder.js';

const keys = [
  ...Object.keys(manifestOf()),
  ...['entry', 'runtime', 'engine', 'permissions', 'content_digest', 'license', 'homepage', 'repository', 'keywords'],
  ...['x-note', 'unknown', '__proto__', 'constructor'],
];

const texts = [
  '',
  ' ',
  '\u00a0',
  'a b',
  'a/b',
  '..',
  'é',
  '\ud800',
  '1.0',
  '1.0.0',
  '1',
  '1.0.0.0',
  '01.2',
  '١.٠',
  '1.0\n',
  'agent',
];
const others = [
  null,
  1,
  1.5,
  2 ** 60,
  true,
  [],
  ['a'],
  [''],
  [1],
  ['\udfff'],
  [null],
  {},
  { net: ['a:1'] },
  { net: 1 },
];

/** What the reading rule of manifests makes of the entry; undefined when it refuses. */
function read(entry: object): unknown {
  try {
    return manifestFromObject(entry).manifest;
  } catch {
    return undefined;
  }
}

describe('an entry of a registry file', () => {
  it.each(keys)('is taken exactly when the reading rule takes it, whatever stands in %s', async (key) => {
    const path = join(await temporaryFolder(), 'registry.json');
    for (const value of [undefined, ...texts, ...others]) {
      // Through text, because `__proto__` can be a key of JSON alone.
      const member = value === undefined ? '' : `,${JSON.stringify(key)}:${JSON.stringify(value)}`;
      const rest = Object.entries(manifestOf()).filter(([field]) => field !== key);
      const text = `${JSON.stringify(Object.fromEntries(rest)).slice(0, -1)}${member}}`;
      await writeFile(path, `[${text}]`);
      const expected = read(JSON.parse(text));
      const opened = PluginRegistry.open({ storagePath: path });
      if (expected === undefined) await expect(opened).rejects.toMatchObject({ code: 'REGISTRY_CORRUPT' });
      else expect(await (await opened).listPlugins()).toEqual([expected]);
    }
  });
});

import { findEntry, runtimeOf } from '@agentmesh/manifest';
import { describe, expect, it } from 'vitest';
import { errorOf, sample } from './sample.js';

const MANIFEST = sample({ name: 'my-plugin' });

describe('the file that runs', () => {
  it.each([
    [['my_plugin.py', 'index.js'], 'my_plugin.py'],
    [['my-plugin.mjs', 'lib/my-plugin.js'], 'my-plugin.mjs'],
    [['index.cjs', 'other.js'], 'index.cjs'],
    [['index.ts', 'index.d.ts', 'index.json'], 'index.ts'],
  ])('of %j is %s', (paths, entry) => {
    expect(findEntry(MANIFEST, paths)).toBe(entry);
  });

  it.each([
    [['my-plugin.js', 'my_plugin.js'], 'my_plugin.js, my-plugin.js'],
    [['my-plugin.js', 'my-plugin.ts'], 'my-plugin.js, my-plugin.ts'],
    [['index.js', 'index.py'], 'index.js, index.py'],
  ])('of %j is ambiguous', (paths, named) => {
    const error = errorOf(() => findEntry(MANIFEST, paths));
    expect(error.code).toBe('ENTRY_AMBIGUOUS');
    expect(error.message).toContain(named);
    expect(error.hint).toContain('entry:');
  });

  it.each([[[]], [['src/index.js']], [['my-plugin.wasm']], [['my-plugin']], [['Index.js']]])(
    'of %j is not there',
    (paths) => {
      expect(errorOf(() => findEntry(MANIFEST, paths)).code).toBe('NO_ENTRY');
    },
  );

  it('is the manifest entry when there is one, whatever else is there', () => {
    const paths = ['index.js', 'index.ts', 'dist/run.wasm'];
    expect(findEntry(sample({ entry: 'dist/run.wasm' }), paths)).toBe('dist/run.wasm');
    expect(findEntry(sample({ entry: './index.js' }), paths)).toBe('index.js');
  });

  it.each(['dist/none.js', '../index.js', '/index.js', 'INDEX.js', ''])(
    'is never guessed when entry is "%s"',
    (entry) => {
      const error = errorOf(() => findEntry(sample({ entry }), ['index.js']));
      expect(error.code).toBe('NO_ENTRY');
      expect(error.message).toContain(entry);
    },
  );

  it('of a name without - or _ is no candidate twice', () => {
    expect(findEntry(sample({ name: 'plugin' }), ['plugin.js'])).toBe('plugin.js');
  });

  it.each([
    ['a.py', 'python'],
    ['a.wasm', 'wasm'],
    ['a.js', 'javascript'],
    ['a.ts', 'javascript'],
  ])('%s runs as %s', (entry, runtime) => {
    expect(runtimeOf(sample(), entry)).toBe(runtime);
  });

  it('runs as the manifest says', () => {
    expect(runtimeOf(sample({ runtime: 'python' }), 'a.js')).toBe('python');
  });
});

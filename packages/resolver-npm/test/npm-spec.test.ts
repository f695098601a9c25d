import { DEFAULT_FETCH_LIMITS, parseSource } from '@agentmesh/resolver';
import { createResolver } from '@agentmesh/resolver-npm';
import { describe, expect, it } from 'vitest';
import { parseNpmSpec } from '../src/npm-spec.js';

describe('a spec', () => {
  it.each([
    ['my-plugin', 'my-plugin', 'my-plugin', 'range', '*'],
    ['my-plugin@1.2.3', 'my-plugin', 'my-plugin', 'exact', '1.2.3'],
    ['my-plugin@1.2.3-rc.1', 'my-plugin', 'my-plugin', 'exact', '1.2.3-rc.1'],
    ['my-plugin@^1.2', 'my-plugin', 'my-plugin', 'range', '^1.2'],
    ['my-plugin@1.2', 'my-plugin', 'my-plugin', 'range', '1.2'],
    ['my-plugin@=1.2.3', 'my-plugin', 'my-plugin', 'range', '=1.2.3'],
    ['my-plugin@>=1.0.0 <2.0.0 || 3.x', 'my-plugin', 'my-plugin', 'range', '>=1.0.0 <2.0.0 || 3.x'],
    ['my-plugin@latest', 'my-plugin', 'my-plugin', 'tag', 'latest'],
    ['@acme/my.plugin@next', '@acme/my.plugin', 'my-plugin', 'tag', 'next'],
    ['@acme/my_plugin', '@acme/my_plugin', 'my_plugin', 'range', '*'],
    ['JSONStream', 'JSONStream', 'JSONStream', 'range', '*'],
  ])('%s is read', (text, name, plugin, kind, wanted) => {
    expect(parseNpmSpec(text)).toEqual({ package: name, name: plugin, wanted: { kind, text: wanted } });
  });

  it('survives the way through a source', () => {
    expect(parseSource('npm://@acme/my-plugin@^1.2').spec).toBe('@acme/my-plugin@^1.2');
  });

  it.each([
    ['nothing', ''],
    ['a scope alone', '@acme'],
    ['a scope and a slash', '@acme/'],
    ['a name of two parts', 'acme/demo'],
    ['a name of three parts', '@acme/demo/x'],
    ['a climb in the scope', '@../demo'],
    ['a climb in the name', '@acme/..'],
    ['two dots', 'a..b'],
    ['a leading dot', '.demo'],
    ['a leading underscore', '_demo'],
    ['a flag', '--registry=https://evil.test'],
    ['a blank', 'de mo'],
    ['an escape', '@acme%2fdemo'],
    ['a query', 'demo?write=true'],
    ['a fragment', 'demo#main'],
    ['a URL', 'https://evil.test/x.tgz'],
    ['a URL as version', 'demo@https://evil.test/x.tgz'],
    ['a folder as version', 'demo@file:../x'],
    ['a git URL as version', 'demo@git+ssh://git@evil.test/x.git'],
    ['an alias', 'demo@npm:evil@1.0.0'],
    ['an empty version', 'demo@'],
    ['two versions', 'demo@1.0.0@2.0.0'],
    ['a version with a line end', 'demo@1.0.0\n'],
    ['a range with blanks around it', 'demo@ ^1 '],
    ['a tag that is a flag', 'demo@-x'],
    ['a name over 214 characters', 'a'.repeat(215)],
    ['a name that no plugin can have', 'a'.repeat(129)],
    ['a Windows device', 'con'],
    ['a long range', `demo@${'1 || '.repeat(200)}1`],
    ['a long text', 'a'.repeat(100_000)],
  ])('is refused: %s', (_, text) => {
    expect(() => parseNpmSpec(text)).toThrow(expect.objectContaining({ code: 'SOURCE_SYNTAX' }));
  });

  it.each(['demo', 'demo@^1', 'demo@latest', 'demo@1', 'demo@=1.0.0', 'demo@v1.0.0', 'demo@*', '@acme/demo'])(
    '%s may move, and is refused before any network use where pinned sources are required',
    async (spec) => {
      const lookup = () => Promise.reject(new Error('asked'));
      const { signal } = new AbortController();
      const context = { signal, limits: DEFAULT_FETCH_LIMITS, pinned: 'required' as const };
      const failed = createResolver({ lookup, registry: 'https://npm.test' }).fetch(spec, '/nowhere/target', context);
      await expect(failed).rejects.toMatchObject({ code: 'SOURCE_UNPINNED' });
    },
  );
});

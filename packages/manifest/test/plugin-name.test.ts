import { assertPluginName, isPluginName, nameKey } from '@agentmesh/manifest';
import { describe, expect, it } from 'vitest';
import { errorOf } from './sample.js';

describe('names of plugins', () => {
  it.each(['a', 'A_b-9', '1a', 'a-', 'console', 'com', 'x'.repeat(128)])('%s is one', (name) => {
    expect(isPluginName(name)).toBe(true);
    expect(() => assertPluginName(name)).not.toThrow();
  });

  it.each([
    ['empty', ''],
    ['traversal', '../x'],
    ['this folder', '.'],
    ['the folder above', '..'],
    ['absolute', '/etc'],
    ['backslash', 'a\\b'],
    ['a flag', '--help'],
    ['underscore first', '_a'],
    ['a dot', 'a.b'],
    ['newline at the end', 'a\n'],
    ['NUL', 'a\0'],
    ['Windows device', 'CON'],
    ['Windows device in lower case', 'com1'],
    ['accent', 'é'],
    ['full-width letter', 'ａ'],
    ['Arabic digit', '٣'],
    ['zero-width space', 'a\u200b'],
    ['too long', 'x'.repeat(129)],
    ['a colon', 'a:b'],
  ])('%s is refused', (_, name) => {
    expect(isPluginName(name)).toBe(false);
    const error = errorOf(() => assertPluginName(name));
    expect(error.code).toBe('NAME_INVALID');
    expect(error.message).not.toContain('\n');
  });

  it('that are no text are refused', () => {
    // What a caller without types hands over.
    expect(errorOf(() => assertPluginName(['a'] as unknown as string)).code).toBe('NAME_INVALID');
  });

  it('look alike when they differ by case and - or _ alone', () => {
    expect(nameKey('My_Plugin-X')).toBe(nameKey('my-plugin_x'));
    expect(nameKey('my-plugin')).not.toBe(nameKey('myplugin'));
  });
});

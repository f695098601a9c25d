import { describe, expect, it } from 'vitest';
import { PluginOutput } from '../src/render/plugin-output.js';

function collect(): { output: PluginOutput; lines: string[] } {
  const lines: string[] = [];
  return { output: new PluginOutput((line) => lines.push(line)), lines };
}

describe('what a plugin prints', () => {
  it('is shown line by line, however it comes', () => {
    const { output, lines } = collect();
    for (const text of ['he', 'llo\nwor', 'ld\r\nrest']) output.take({ stream: 'stdout', text });
    output.take({ stream: 'stderr', text: 'apart\n' });
    expect(lines).toEqual(['[plugin] hello', '[plugin] world', '[plugin] apart']);
    output.finish();
    expect(lines.at(-1)).toBe('[plugin] rest');
  });

  it('cannot pretend to be no plugin: escapes, line separators and returns are shown as text', () => {
    const { output, lines } = collect();
    output.take({ stream: 'stdout', text: 'a\rError b\u2028c\u001b[1Ad\u202ee\n' });
    expect(lines).toEqual(['[plugin] a\\u000dError b\\u2028c\\u001b[1Ad\\u202ee']);
  });

  it('ends after 1,000 lines and 2,000 characters of each, and says so', () => {
    const { output, lines } = collect();
    output.take({ stream: 'stdout', text: `${'x'.repeat(10_000)}\n`.repeat(3) });
    output.take({ stream: 'stdout', text: 'y\n'.repeat(5000) });
    output.finish();
    expect(lines).toHaveLength(1001);
    expect(lines[0]).toHaveLength('[plugin] '.length + 2001);
    expect(lines.at(-1)).toBe('[plugin] and more, which is not shown');
  });

  it('holds no more of a line without an end than it shows', () => {
    const { output, lines } = collect();
    for (let piece = 0; piece < 100; piece += 1) output.take({ stream: 'stderr', text: 'z'.repeat(65_536) });
    output.finish();
    expect(lines).toHaveLength(1);
    expect(lines[0]?.length).toBeLessThan(2020);
  });
});

import { findJsonEntry, type JsonFrame, removeJsonEntry, setJsonEntry } from '@agentmesh/clients';
import fc from 'fast-check';
import { parse } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';

const RUNS = { numRuns: 500 };
const x = { container: 'mcpServers', name: 'x' };
const y = { container: 'mcpServers', name: 'y' };
const server = { command: 'node', args: ['./a.js', '--port'], env: { KEY: 'v' } };

/** White space and comments between two tokens. */
const gap = fc
  .array(fc.constantFrom(' ', '\n', '\r\n', '\t', '    ', '/* c */', '// line\n', '// line\r\n'), { maxLength: 3 })
  .map((parts) => parts.join(''));
const scalar = fc.constantFrom(
  '1',
  'true',
  'null',
  '"s"',
  '[]',
  '{}',
  '[1, /* n */ 2]',
  '{ "deep": { "x": 1 } }',
  '"// no"',
  '"{,}"',
);

function objectOf(members: readonly string[], gaps: readonly string[], trailing: boolean): string {
  const at = (index: number): string => gaps[index % Math.max(1, gaps.length)] ?? '';
  const inner = members.map((member, index) => at(index) + member + at(index + 1)).join(',');
  return `{${inner}${trailing && members.length > 0 ? ',' : ''}${at(members.length + 2)}}`;
}
const objects = (keys: readonly string[], values: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.uniqueArray(fc.constantFrom(...keys), { maxLength: 3 }),
      fc.array(gap, { maxLength: 5 }),
      fc.boolean(),
      values,
    )
    .map(([names, gaps, trailing, value]) =>
      objectOf(
        names.map((name) => `"${name}"${gaps[0] ?? ''}: ${value}`),
        gaps,
        trailing,
      ),
    );
const containers = objects(['a', 'b', 'ü', '__proto__'], scalar);
const documents = fc
  .tuple(fc.constantFrom('', '\ufeff'), gap, objects(['mcpServers', 'theme', 'z'], containers), gap)
  .map(([bom, before, object, after]) => bom + before + object + after);
const blanks = fc.constantFrom('', '\ufeff', '\n', '  \r\n', '\ufeff\r\n');
const all = fc.oneof({ weight: 9, arbitrary: documents }, { weight: 1, arbitrary: blanks });

const read = (document: string): unknown => parse(document.replace(/^\ufeff/, ''), [], { allowTrailingComma: true });

describe('an entry in JSON with comments', () => {
  it('is undone to the byte, whatever the document looks like', () => {
    fc.assert(
      fc.property(all, (document) => {
        const { document: edited, made } = setJsonEntry(document, x, server);
        expect(findJsonEntry(edited, x)).toEqual({ value: server, commented: false });
        expect(removeJsonEntry(edited, x, made).document).toBe(document);
      }),
      RUNS,
    );
  });

  it('is undone to the byte beside another one, in any order', () => {
    fc.assert(
      fc.property(all, fc.boolean(), (document, first) => {
        const one = setJsonEntry(document, x, server);
        const two = setJsonEntry(one.document, y, { url: 'https://example.org' });
        const made: JsonFrame[] = [...one.made, ...two.made];
        const [left, right] = first ? [x, y] : [y, x];
        const less = removeJsonEntry(two.document, left, made);
        expect(removeJsonEntry(less.document, right, less.made)).toEqual({ document, made: [] });
      }),
      RUNS,
    );
  });

  it('changes nothing but the entry', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const edited = setJsonEntry(document, x, server).document;
        const { mcpServers: before = {}, ...rest } = read(document) as { mcpServers?: object };
        const { mcpServers: after, ...others } = read(edited) as { mcpServers: object };
        expect(others).toEqual(rest);
        expect(after).toEqual({ ...before, x: server });
        // No character of the user's is lost.
        expect(isSubsequence(document, edited)).toBe(true);
      }),
      RUNS,
    );
  });

  it('set twice is set once, and a new value replaces the old one in its place', () => {
    fc.assert(
      fc.property(all, (document) => {
        const once = setJsonEntry(document, x, server);
        expect(setJsonEntry(once.document, x, server)).toEqual({ document: once.document, made: [] });
        const upgraded = setJsonEntry(once.document, x, { url: 'https://example.org' });
        expect(removeJsonEntry(upgraded.document, x, once.made).document).toBe(document);
      }),
      RUNS,
    );
  });

  it('looks like its neighbours', () => {
    const document = '{\n    // mine\n    "mcpServers": {\n        "a": { "command": "a" } // kept\n    }\n}\n';
    expect(setJsonEntry(document, x, { command: 'b', args: [] }).document).toBe(
      '{\n    // mine\n    "mcpServers": {\n        "a": { "command": "a" }, // kept\n        "x": {\n            "command": "b",\n            "args": []\n        }\n    }\n}\n',
    );
    expect(setJsonEntry('', x, {}).document).toBe('{\n  "mcpServers": {\n    "x": {}\n  }\n}\n');
    expect(setJsonEntry('{}', x, {}).document).toBe('{\n  "mcpServers": {\n    "x": {}\n  }\n}');
  });

  it('keeps what the user added beside, before and behind it', () => {
    const { document, made } = setJsonEntry('{}\n', x, server);
    const edited = document
      .replace('"mcpServers": {', '"mine": 1, // first\n  "mcpServers": { // all of them')
      .replace('"x"', '/* theirs */ "x"')
      .replace('}\n  }', '}, // behind\n    "own": {}\n  }');
    const left = removeJsonEntry(edited, x, made).document;
    expect(read(left)).toEqual({ mine: 1, mcpServers: { own: {} } });
    for (const comment of ['// first', '// all of them', '/* theirs */', '// behind']) expect(left).toContain(comment);
  });

  it('never lets a comment to the end of a line swallow what follows the entry', () => {
    const left = removeJsonEntry('{"mcpServers": { // note\n "x": {} }}', x, []).document;
    expect(read(left)).toEqual({ mcpServers: {} });
  });

  it('says when a person left a comment in it', () => {
    expect(findJsonEntry('{"mcpServers":{"x":{/* mine */}}}', x)?.commented).toBe(true);
    expect(findJsonEntry('{"mcpServers":{}}', x)).toBeUndefined();
  });

  it.each([
    ['no JSON', '{ "a": }'],
    ['an array', '[]'],
    ['a container that is none', '{"mcpServers": []}'],
    ['a container twice', '{"mcpServers": {}, "mcpServers": {}}'],
    ['a container twice, once escaped', '{"mcpServers": {}, "mcp\\u0053ervers": {}}'],
    ['an entry twice', '{"mcpServers": {"x": 1, "x": 2}}'],
    ['only a comment', '// later'],
    ['nesting without end', '['.repeat(200_000)],
    ['text behind the object', '{} {}'],
  ])('refuses a document with %s', (_, document) => {
    expect(() => setJsonEntry(document, x, server)).toThrow(expect.objectContaining({ code: 'CONFIG_UNREADABLE' }));
  });
});

function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (const character of whole) if (part.startsWith(character, at)) at += character.length;
  return at === part.length;
}

import { findTomlEntry, removeTomlEntry, setTomlEntry } from '@agentmesh/clients';
import fc from 'fast-check';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';

const RUNS = { numRuns: 300 };
const x = { container: 'mcp_servers', name: 'x' };
const y = { container: 'mcp_servers', name: 'y-2' };
const server = { command: 'node', args: ['a b', '"\\\u007f\n'], env: { KEY: 'v', 'a.b': '' }, enabled: true };

const line = fc.constantFrom(
  '# a comment',
  '',
  '  ',
  'model = "gpt" # why',
  'n = 0x10',
  'at = 1979-05-27T07:32:00Z',
  'big = 9223372036854775807',
  'text = """\n[mcp_servers.x]\ncommand = "no"\n"""',
  "raw = '''\n[mcp_servers.x]'''",
  'list = [\n  1, # one\n  2,\n]',
  '[profiles.a]',
  '[mcp_servers.other]\ncommand = "o"',
  '[mcp_servers."z.z"] # dotted',
  '[mcp_servers]',
  '[[many]]',
  'inline = { a = 1 }',
);
const documents = fc
  .tuple(
    fc.constantFrom('', '\ufeff'),
    fc.uniqueArray(line, { maxLength: 8 }),
    fc.constantFrom('\n', '\r\n'),
    fc.boolean(),
  )
  .map(([bom, lines, eol, ended]) => bom + lines.join('\n').replaceAll('\n', eol) + (ended ? eol : ''))
  .filter((document) => isToml(document));

describe('a table in TOML', () => {
  it('is undone to the byte', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const edited = setTomlEntry(document, x, server);
        expect(findTomlEntry(edited, x)).toEqual({ value: server, plain: true });
        expect(edited.startsWith(document)).toBe(true);
        expect(removeTomlEntry(edited, x)).toBe(document);
      }),
      RUNS,
    );
  });

  it('is undone to the byte beside another one, in any order', () => {
    fc.assert(
      fc.property(documents, fc.boolean(), (document, first) => {
        const both = setTomlEntry(setTomlEntry(document, x, server), y, { url: 'https://example.org' });
        const [left, right] = first ? [x, y] : [y, x];
        expect(removeTomlEntry(removeTomlEntry(both, left), right)).toBe(document);
      }),
      RUNS,
    );
  });

  it('set twice is set once, and a new value replaces the old one', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const once = setTomlEntry(document, x, server);
        expect(setTomlEntry(once, x, server)).toBe(once);
        const upgraded = setTomlEntry(once, x, { url: 'https://example.org' });
        expect(upgraded).toBe(setTomlEntry(document, x, { url: 'https://example.org' }));
      }),
      RUNS,
    );
  });

  it('keeps the comments and tables that the user puts around it', () => {
    const document = setTomlEntry('# top\nmodel = "m"\n', x, server);
    const edited = `# new\n${document}# about mine\n[mcp_servers.mine]\ncommand = "c"\n`;
    expect(removeTomlEntry(edited, x)).toBe(
      '# new\n# top\nmodel = "m"\n# about mine\n[mcp_servers.mine]\ncommand = "c"\n',
    );
  });

  it('is not plain any more when the user wrote into it, and is then left alone', () => {
    const document = setTomlEntry('', x, { command: 'a', args: ['b'] });
    for (const edited of [
      document.replace('args', '# why\nargs'),
      document.replace('"a"', '"a" # why'),
      document.replace('"a"', "'a'"),
      `${document}timeout = 5\n`,
    ]) {
      const { plain } = findTomlEntry(edited, x) ?? {};
      expect(plain).toBe(false);
      expect(() => removeTomlEntry(edited, x)).toThrow(expect.objectContaining({ code: 'CONFIG_UNREADABLE' }));
    }
    expect(findTomlEntry('[mcp_servers]\nx.command = "a"', x)).toEqual({ value: { command: 'a' }, plain: false });
  });

  it.each([
    ['no TOML', 'a = '],
    ['an inline container, which cannot be extended', 'mcp_servers = { a = { command = "a" } }'],
    ['a container that is none', 'mcp_servers = 1'],
    ['a list of containers', '[[mcp_servers]]\na = 1'],
    ['an entry of the user under the name', '[mcp_servers]\nx = { command = "mine" }'],
  ])('refuses a document with %s', (_, document) => {
    expect(() => setTomlEntry(document, x, server)).toThrow(expect.objectContaining({ code: 'CONFIG_UNREADABLE' }));
  });

  it('takes no name that could end the header', () => {
    expect(() => setTomlEntry('', { container: 'mcp_servers', name: 'x]\n[y' }, server)).toThrow(
      expect.objectContaining({ code: 'NAME_INVALID' }),
    );
  });
});

function isToml(document: string): boolean {
  try {
    parse(document.replace(/^\ufeff/, ''), { integersAsBigInt: 'asNeeded' });
    return true;
  } catch {
    return false;
  }
}

import { parseSkill, SKILL_LIMITS } from '@agentmesh/shape-agentskills';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const HEAD = 'name: notes\ndescription: Turns notes into a list.\n';

function parse(text: string, folder?: string) {
  return parseSkill(Buffer.from(text), folder === undefined ? {} : { folder });
}

function found(text: string): string[] {
  return parse(text).findings.map(({ code, line }) => `${code} ${line ?? '-'}`);
}

describe('a SKILL.md', () => {
  it('says everything that the format knows, each value by its text', () => {
    const more = 'license: MIT\ncompatibility: git\nmetadata:\n  version: 1.10\n  on: yes\nallowed-tools: Read Grep\n';
    expect(parse(`---\n${HEAD}${more}---\nDo it.\n`, 'notes')).toEqual({
      findings: [],
      skill: {
        name: 'notes',
        description: 'Turns notes into a list.',
        license: 'MIT',
        compatibility: 'git',
        metadata: { version: '1.10', on: 'yes' },
        allowedTools: 'Read Grep',
      },
    });
  });

  it('may have CRLF at the end of its lines, blanks after its delimiters, and no body', () => {
    const text = `---  \n${HEAD}---\t`.replaceAll('\n', '\r\n');
    expect(parse(text)).toMatchObject({ findings: [], skill: { name: 'notes', description: /list\.$/ } });
  });

  it.each([
    ['an empty line first', `\n---\n${HEAD}---\n`, ['frontmatter-missing 1']],
    ['a byte-order mark first', `\ufeff---\n${HEAD}---\n`, ['frontmatter-missing 1']],
    ['a delimiter with text after it', `--- yaml\n${HEAD}---\n`, ['frontmatter-missing 1']],
    ['an indented delimiter at the end', `---\n${HEAD} ---\n`, ['frontmatter-unclosed 1']],
    ['four hyphens at the end', `---\n${HEAD}----\n`, ['frontmatter-unclosed 1']],
    ['three hyphens alone', '---', ['frontmatter-unclosed 1']],
    ['nothing', '', ['frontmatter-missing 1']],
    ['an empty frontmatter', '---\n---\n', ['frontmatter-not-mapping 2']],
    ['a list as frontmatter', '---\n- a\n---\n', ['frontmatter-not-mapping -']],
    ['a key twice', `---\n${HEAD}name: evil\n---\n`, ['yaml-invalid 4']],
    ['a name that is a list', '---\ndescription: x\nname: [a]\n---\n', ['name-type 3']],
    ['a description that is a mapping', '---\nname: a\ndescription:\n  a: b\n---\n', ['description-type 3']],
    ['a slip in a field', `---\n${HEAD}licence: MIT\n---\n`, ['field-unknown 4']],
    ['nested metadata', `---\n${HEAD}metadata:\n  a: b\n  c: [d]\n---\n`, ['metadata-type 6']],
    ['neither name nor description', '---\nlicense: MIT\n---\n', ['name-missing 1', 'description-missing 1']],
    ['a blank description', '---\nname: a\ndescription: "  "\n---\n', ['description-empty 3']],
  ])('with %s is told with the line', (_title, text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it('stays usable with a fault in a field that harms no client', () => {
    const { skill, findings } = parse(`---\n${HEAD}licence: MIT\nmetadata: [a]\n---\n`);
    expect(skill).toEqual({ name: 'notes', description: 'Turns notes into a list.' });
    expect(findings.map(({ severity }) => severity)).toEqual(['error', 'error']);
  });

  it('is named in NFKC, and counted in code points', () => {
    expect(parse('---\nname: ﬁle\ndescription: x\n---\n', 'file').skill?.name).toBe('file');
    expect(parse('---\nname: cafe\u0301\ndescription: x\n---\n', 'caf\u00e9').skill?.name).toBe('caf\u00e9');
    const emoji = '\u{1f600}';
    expect(found(`---\nname: a\ndescription: ${emoji.repeat(1024)}\n---\n`)).toEqual([]);
    expect(found(`---\nname: a\ndescription: ${emoji.repeat(1025)}\n---\n`)).toEqual(['description-too-long 3']);
    expect(found(`---\nname: ${'\u{20000}'.repeat(64)}\ndescription: x\n---\n`)).toEqual([]);
  });

  it('with a long body gets advice', () => {
    const { skill, findings } = parse(`---\n${HEAD}---\n${'x\n'.repeat(SKILL_LIMITS.bodyLines + 1)}`);
    expect(skill).toBeDefined();
    expect(findings).toMatchObject([{ code: 'body-long', severity: 'warning', line: 5 }]);
  });
});

describe('a hostile SKILL.md', () => {
  it.each([
    ['text that runs backwards', '\\u202E', 'text-hidden 3'],
    ['a terminal escape', '\\e[31m', 'text-hidden 3'],
    ['a tag character', '\\U000E0041', 'text-hidden 3'],
  ])('with %s in its description cannot be used', (_title, hidden, code) => {
    const text = `---\nname: a\ndescription: "x${hidden}y"\n---\n`;
    expect([parse(text).skill, found(text)]).toEqual([undefined, [code]]);
  });

  it('with text that nobody sees in its body is told, with the line', () => {
    expect(found(`---\n${HEAD}---\nDo it.\nAnd\u{e0041} more.\n`)).toEqual(['body-hidden 6']);
  });

  it('shows none of its escapes in a finding', () => {
    const { findings } = parse('---\nname: "a\\e[31m\\u202Eb"\ndescription: x\n"k\\e[2J": y\n---\n');
    expect(findings.length).toBeGreaterThan(1);
    expect(findings.map(({ message }) => message).join('')).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  it('with a frontmatter without end is given up early', () => {
    const before = process.cpuUsage();
    expect(found(`---\n${'a: b\n'.repeat(200_000)}`)).toEqual(['frontmatter-too-large 1']);
    expect(found(`---\n${'a'.repeat(1_000_000)}`)).toEqual(['frontmatter-too-large 1']);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1_000);
  });

  it('that is no UTF-8 cannot be used', () => {
    const bytes = Buffer.concat([Buffer.from(`---\n${HEAD}`), Buffer.from([0xff]), Buffer.from('\n---\n')]);
    expect(parseSkill(bytes).findings).toMatchObject([{ code: 'encoding-invalid', path: 'SKILL.md' }]);
  });

  it('never throws, and never makes a skill whose name breaks a rule', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '---\n',
        '---',
        'name: ',
        'description: ',
        'metadata:\n',
        '  a: b\n',
        '\r\n',
        '"',
        '[',
        '{',
        '&a ',
        '*a',
        '!x ',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const { skill, findings } = parse(`---\n${pieces.join('')}`);
        if (skill === undefined) expect(findings).not.toEqual([]);
        else expect(skill.name).toMatch(/^(?!-|.*--|.*-$)[\p{L}\p{N}-]{1,64}$/u);
      }),
      { numRuns: 200 },
    );
  });
});

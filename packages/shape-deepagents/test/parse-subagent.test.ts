import { parseSubagent, SUBAGENT_LIMITS } from '@agentmesh/shape-deepagents';
import { describe, expect, it } from 'vitest';

const parse = (text: string, path = 'agents/a.md') => parseSubagent(new TextEncoder().encode(text), path);
const codesOf = (text: string, path?: string) =>
  parse(text, path).findings.map(({ code, severity, line }) => [code, severity, line]);
const HEAD = 'name: a\ndescription: Does it.\n';

describe('a sub-agent', () => {
  it('is Markdown with its fields above and its prompt below', () => {
    const { subagent, findings } = parse(
      `---\n${HEAD}tools: Read, Grep\nmodel: sonnet\nskills:\n  - skills/notes\n---\n\nYou do it.\n\n---\nStill the prompt.\n`,
    );
    expect(findings).toEqual([]);
    expect(subagent).toEqual({
      name: 'a',
      description: 'Does it.',
      systemPrompt: 'You do it.\n\n---\nStill the prompt.',
      tools: ['Read', 'Grep'],
      model: 'sonnet',
      skills: ['skills/notes'],
    });
  });

  it.each([
    ['subagents/a.yaml', `${HEAD}system_prompt: |\n  You do it.\ntools: [Read]\n`],
    ['subagents/a.yml', `${HEAD}system_prompt: |\n  You do it.\ntools:\n- Read\nmodel: ~\n`],
    [
      'subagents/a.json',
      '{"name":"a","description":"Does it.","system_prompt":"You do it.\\n","tools":["Read"],"model":null}',
    ],
  ])('is %s with a field system_prompt', (path, text) => {
    expect(parse(text, path)).toEqual({
      findings: [],
      subagent: { name: 'a', description: 'Does it.', systemPrompt: 'You do it.\n', tools: ['Read'] },
    });
  });

  it.each(['tools: []', 'tools: ""', 'tools:', "tools: ','"])('has no tools at all where it says so: %s', (line) => {
    const { subagent, findings } = parse(`---\n${HEAD}${line}\n---\nDo it.`);
    expect([subagent?.tools, findings]).toEqual([[], []]);
  });

  it.each(['', 'tools: null', 'tools: ~'])('has those of its parent where it says nothing: %s', (line) => {
    expect(parse(`---\n${HEAD}${line}\n---\nDo it.`).subagent).toEqual({
      name: 'a',
      description: 'Does it.',
      systemPrompt: 'Do it.',
    });
  });

  it('may have CRLF, and fields that are for others, which are told', () => {
    const { subagent, findings } = parse(
      `---\r\n${HEAD.replaceAll('\n', '\r\n')}color: red\r\ntool: x\r\n---\r\nDo it.\r\n`,
    );
    expect(subagent?.systemPrompt).toBe('Do it.');
    expect(findings.map(({ message }) => message)).toEqual([
      'the field "color" is not known here; it is left out',
      'the field "tool" is not known here; did you mean "tools"?',
    ]);
  });

  it.each([
    ['no frontmatter', 'Do it.', [['frontmatter-missing', 'error', 1]]],
    ['a frontmatter without end', `---\n${HEAD}`, [['frontmatter-unclosed', 'error', 1]]],
    ['a list as frontmatter', '---\n- a\n---\nDo it.', [['subagent-not-mapping', 'error', undefined]]],
    ['no name', '---\ndescription: x\n---\nDo it.', [['name-missing', 'error', undefined]]],
    ['a name with blanks', '---\nname: a b\ndescription: x\n---\nDo it.', [['name-invalid', 'error', 2]]],
    [
      'a name that is too long',
      `---\nname: ${'a'.repeat(65)}\ndescription: x\n---\nDo it.`,
      [['name-invalid', 'error', 2]],
    ],
    ['no description', '---\nname: a\n---\nDo it.', [['description-missing', 'error', undefined]]],
    [
      'a description of another type',
      '---\nname: a\ndescription: [x]\n---\nDo it.',
      [
        ['description-type', 'error', 3],
        ['description-missing', 'error', undefined],
      ],
    ],
    ['tools of another type', `---\n${HEAD}tools: { a: b }\n---\nDo it.`, [['tools-type', 'error', 4]]],
    [
      'too many tools',
      `---\n${HEAD}tools: ${'a,'.repeat(SUBAGENT_LIMITS.listLength + 1)}\n---\nDo it.`,
      [['tools-too-long', 'error', 4]],
    ],
    ['a long model', `---\n${HEAD}model: ${'m'.repeat(201)}\n---\nDo it.`, [['model-too-long', 'error', 4]]],
    ['a key twice', `---\n${HEAD}name: b\n---\nDo it.`, [['yaml-invalid', 'error', 4]]],
    [
      'an alias',
      `---\n${HEAD}model: &a x\ntools: [*a]\n---\nDo it.`,
      [
        ['yaml-invalid', 'error', 4],
        ['yaml-invalid', 'error', 5],
      ],
    ],
    [
      'a description that hides text',
      `---\nname: a\ndescription: "a\\u202eb"\n---\nDo it.`,
      [['text-hidden', 'error', 3]],
    ],
    ['two prompts', `---\n${HEAD}system_prompt: x\n---\nDo it.`, [['field-unknown', 'warning', 4]]],
  ])('is refused or reported with %s', (_what, text, codes) => {
    expect(codesOf(text)).toEqual(codes);
    const isUsable = codes.every(([, severity]) => severity === 'warning');
    expect(parse(text).subagent !== undefined).toBe(isUsable);
  });

  it('is refused when it is not UTF-8', () => {
    const { subagent, findings } = parseSubagent(Uint8Array.of(45, 45, 45, 10, 255), 'agents/a.md');
    expect([subagent, findings[0]?.code]).toEqual([undefined, 'encoding-invalid']);
  });
});

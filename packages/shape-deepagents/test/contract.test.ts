import { createShape } from '@agentmesh/shape-deepagents';
import { checkShape } from '@agentmesh/testkit';
import { describe, it } from 'vitest';

const agent = (name: string, prompt: string, more = ''): string =>
  `---\nname: ${name}\ndescription: Does one thing well.\n${more}---\n${prompt}\n`;

const checks = checkShape({
  createShape,
  good: {
    files: {
      'README.md': '# Demo\n',
      'agents/tester.md': agent('tester', 'Test one.', 'tools: Read, Grep\n'),
      'subagents/writer.yaml': 'name: writer\ndescription: Writes.\nsystem_prompt: Write one.\n',
      'subagents/reader.json': '{"name":"reader","description":"Reads.","system_prompt":"Read one.","tools":["Read"]}',
    },
    registers: ['subagent tester', 'subagent reader', 'subagent writer'],
  },
  next: {
    'agents/tester.md': agent('tester', 'Test two.'),
    'subagents/writer.yaml': 'name: writer\ndescription: Writes.\nsystem_prompt: Write two.\n',
    'subagents/reader.json': '{"name":"reader","description":"Reads.","system_prompt":"Read two."}',
  },
  faulty: [
    {
      title: 'one has no prompt',
      files: { 'agents/good.md': agent('good', 'Be good.'), 'agents/empty.md': agent('empty', '') },
      codes: ['prompt-missing'],
      registers: ['subagent good'],
    },
    {
      title: 'one has a name that leads elsewhere',
      files: { 'agents/good.md': agent('good', 'Be good.'), 'agents/evil.md': agent('../evil', 'Be evil.') },
      codes: ['name-invalid'],
      registers: ['subagent good'],
    },
    {
      title: 'one hides words in its prompt',
      files: { 'agents/good.md': agent('good', 'Be good.'), 'agents/evil.md': agent('evil', 'Be \u202elive.') },
      codes: ['prompt-hidden'],
      registers: ['subagent good'],
    },
    {
      title: 'one is no YAML',
      files: { 'agents/good.md': agent('good', 'Be good.'), 'subagents/bad.yaml': 'name: [a\n' },
      codes: ['yaml-invalid'],
      registers: ['subagent good'],
    },
  ],
  foreign: { 'mcp.json': '{}', 'agents/deeper/a.md': agent('a', 'Deeper.'), 'README.md': agent('b', 'Above.') },
});

describe('the shape deepagents keeps the contract: it', () => {
  for (const check of checks) it(check.name, check.run);
});

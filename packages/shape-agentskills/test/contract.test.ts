import { createShape } from '@agentmesh/shape-agentskills';
import { checkShape } from '@agentmesh/testkit';
import { describe, it } from 'vitest';
import { skillText } from './stage.js';

const RULE = 'Answer in whole sentences.\n';

const checks = checkShape({
  createShape,
  good: {
    files: {
      'README.md': '# Demo\n',
      'rules/style.md': RULE,
      'skills/notes/SKILL.md': skillText('notes'),
      'skills/notes/references/guide.md': '# Guide\n',
      'skills/plan/SKILL.md': skillText('plan', 'license: MIT\n'),
    },
    registers: ['skill notes', 'skill plan', 'memory rules/style.md'],
  },
  next: {
    'README.md': '# Demo, again\n',
    'rules/style.md': 'Answer in short sentences.\n',
    'skills/notes/SKILL.md': skillText('notes', 'license: MIT\n'),
    'skills/notes/references/guide.md': '# Guide, again\n',
    'skills/plan/SKILL.md': skillText('plan', 'compatibility: none\n'),
  },
  faulty: [
    {
      title: 'one skill has a bad name',
      files: { 'skills/good/SKILL.md': skillText('good'), 'skills/Bad/SKILL.md': skillText('Bad') },
      codes: ['name-uppercase'],
      registers: ['skill good'],
    },
    {
      title: 'one skill has a field of another format',
      files: { 'skills/good/SKILL.md': skillText('good'), 'skills/odd/SKILL.md': skillText('odd', 'version: 1.0.0\n') },
      codes: ['field-unknown'],
      registers: ['skill good', 'skill odd'],
    },
    {
      title: 'one rule hides text',
      files: { 'skills/good/SKILL.md': skillText('good'), 'rules/a.md': 'a\u202eb\n', 'rules/b.md': RULE },
      codes: ['rule-hidden'],
      registers: ['skill good', 'memory rules/b.md'],
    },
  ],
  foreign: { 'mcp.json': '{}', 'README.md': '---\nname: readme\n---\n' },
});

describe('the shape agentskills keeps the contract: it', () => {
  for (const check of checks) it(check.name, check.run);
});

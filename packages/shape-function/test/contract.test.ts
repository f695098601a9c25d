import { createShape } from '@agentmesh/shape-function';
import { checkShape } from '@agentmesh/testkit';
import { describe, it } from 'vitest';

const MODULE = 'export const validate = (input) => ({ valid: input !== null });\n';

const checks = checkShape({
  createShape,
  good: { files: { 'demo.js': MODULE, 'README.md': '# Demo\n' }, registers: ['graph demo'] },
  next: { 'demo.js': `${MODULE}export const other = validate;\n`, 'README.md': '# Demo, again\n' },
  faulty: [
    {
      title: 'two files could be meant',
      files: { 'demo.js': MODULE, 'demo.py': 'def validate(i): return i\n' },
      codes: ['entry-ambiguous'],
      registers: [],
    },
    {
      title: 'the entry is not there',
      files: { 'demo.js': MODULE },
      fields: { manifest: { entry: 'main.js' } },
      codes: ['entry-missing'],
      registers: [],
    },
    {
      title: 'the entry leads out',
      files: { 'demo.js': MODULE },
      fields: { manifest: { entry: '../demo.js' } },
      codes: ['entry-missing'],
      registers: [],
    },
    {
      title: 'the entry is no text',
      files: { 'demo.js': MODULE },
      fields: { manifest: { entry: ['demo.js'] } },
      codes: ['entry-invalid'],
      registers: [],
    },
    {
      title: 'the entry is no module',
      files: { 'demo.txt': 'x' },
      fields: { manifest: { entry: 'demo.txt' } },
      codes: ['entry-invalid'],
      registers: [],
    },
    { title: 'the entry is empty', files: { 'demo.js': '' }, codes: ['entry-empty'], registers: [] },
  ],
  foreign: { 'README.md': '# No functions\n', 'lib/demo.js': MODULE },
});

describe('the shape function keeps the contract: it', () => {
  for (const check of checks) it(check.name, check.run);
});

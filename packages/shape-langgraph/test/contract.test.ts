import { createShape } from '@agentmesh/shape-langgraph';
import { checkShape } from '@agentmesh/testkit';
import { describe, it } from 'vitest';

const graphs = (entries: Readonly<Record<string, unknown>>): string => JSON.stringify({ graphs: entries });
const GOOD = { 'good.js': 'export const graph = (state) => state;\n' };

const checks = checkShape({
  createShape,
  good: {
    files: {
      'langgraph.json': graphs({ one: './one.js:graph', two: { path: './lib/two.ts:make', description: 'Two.' } }),
      'one.js': 'export const graph = (state) => state;\n',
      'lib/two.ts': 'export const make = (state: object) => state;\n',
    },
    registers: ['graph one', 'graph two'],
  },
  next: {
    'langgraph.json': graphs({ one: './other.js:graph', two: './other.js:make' }),
    'other.js': 'export const graph = (state) => state;\nexport const make = graph;\n',
  },
  faulty: [
    ...['./missing.js:graph', './x/../good.js:graph'].map((spec) => ({
      title: `one is at ${spec}`,
      files: { ...GOOD, 'langgraph.json': graphs({ bad: spec, good: './good.js:graph' }) },
      codes: ['graph-file-missing'],
      registers: ['graph good'] as const,
    })),
    ...[
      'good.js:graph',
      '/etc/passwd:graph',
      './good.js',
      './good.js:a.b',
      './good.json:x',
      './good.js:graph; x',
      '',
    ].map((spec) => ({
      title: `one is at "${spec}"`,
      files: { ...GOOD, 'langgraph.json': graphs({ bad: spec, good: './good.js:graph' }) },
      codes: ['graph-spec-invalid'],
      registers: ['graph good'] as const,
    })),
    {
      title: 'one has an id that leads elsewhere',
      files: { ...GOOD, 'langgraph.json': graphs({ '../bad': './good.js:graph', good: './good.js:graph' }) },
      codes: ['graph-id-invalid'],
      registers: ['graph good'],
    },
  ],
  foreign: { 'lib/langgraph.json': graphs({ a: './a.js:a' }), 'README.md': '# No graphs\n' },
});

describe('the shape langgraph keeps the contract: it', () => {
  for (const check of checks) it(check.name, check.run);
});

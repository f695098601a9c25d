/** The entry module of a new plugin: one function that a caller runs by name. */
export function entryText(extension: 'js' | 'ts'): string {
  const signature = extension === 'ts' ? 'input: { text?: string }' : 'input';
  const returns = extension === 'ts' ? ': { valid: boolean; message: string }' : '';
  return `/** Runs contained: no files, no network, no other process. Input and answer are plain JSON. */
export function validate(${signature})${returns} {
  const text = input.text ?? '';
  const valid = text.length > 0;
  return { valid, message: valid ? 'OK' : 'The text is empty' };
}
`;
}

/** A test of the entry module that \`node --test\` runs. */
export function testText(entry: string): string {
  return `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validate } from '../${entry}';

test('accepts text', () => {
  assert.deepEqual(validate({ text: 'hello' }), { valid: true, message: 'OK' });
});

test('refuses an empty text', () => {
  assert.equal(validate({}).valid, false);
});
`;
}

/** The README of a new plugin. */
export function readmeText(name: string, description: string): string {
  return `# ${name}

${description}

\`\`\`sh
npm test
agentmesh plugin publish .
agentmesh plugin install ${name}
agentmesh plugin run ${name} validate --input '{"text":"hello"}'
\`\`\`
`;
}

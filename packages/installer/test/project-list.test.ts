import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeProjectList } from '@agentmesh/installer';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './workshop.js';

async function written(before: string | undefined, values: readonly string[]): Promise<string> {
  const dir = await temporaryFolder();
  const path = join(dir, 'agentmesh.yaml');
  if (before !== undefined) await writeFile(path, before);
  await writeProjectList(dir, { key: 'clients', values });
  return readFile(path, 'utf8');
}

describe('a list of the application in agentmesh.yaml', () => {
  it('is written where there is no such file, and where it is empty', async () => {
    expect(await written(undefined, ['claude', 'codex'])).toBe('clients: [claude, codex]\n');
    expect(await written('', [])).toBe('clients: []\n');
  });

  it('takes the place of the one before, and leaves comments, order and everything else alone', async () => {
    const before = '# mine\nclients:\n    - cursor\nplugins: # wanted\n    a: "1.0.0" # keep\n';
    const after = '# mine\nclients: [claude]\nplugins: # wanted\n    a: "1.0.0" # keep\n';
    expect(await written(before, ['claude'])).toBe(after);
  });

  it.each([
    ['a list in one line', 'clients: [cursor] # here\na: b\n', 'clients: [claude] # here\na: b\n'],
    ['a list in lines, the last thing there', 'a: b\nclients:\n  - x\n  - y', 'a: b\nclients: [claude]'],
    ['a last line without an end', 'a: b', 'a: b\nclients: [claude]\n'],
    ['nothing', 'clients:\na: b\n', 'clients: [claude]\na: b\n'],
    ['comments alone', '# mine\n', '# mine\nclients: [claude]\n'],
    ['a list in braces', '{ clients: [x], a: b }\n', '{ clients: [claude], a: b }\n'],
    ['a mapping in braces', '{ a: b }\n', '{clients: [claude],  a: b }\n'],
  ])('stands in the place of %s', async (_, before, after) => {
    expect(await written(before, ['claude'])).toBe(after);
  });

  it('keeps the line breaks of Windows', async () => {
    expect(await written('a: b\r\n', ['claude'])).toBe('a: b\r\nclients: [claude]\r\n');
  });

  it('is not written into a file that is no YAML', async () => {
    await expect(written('a: [', ['claude'])).rejects.toMatchObject({ code: 'PROJECT_INVALID' });
  });
});

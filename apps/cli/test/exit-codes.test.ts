import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MarketplaceError } from '@agentmesh/errors';
import { describe, expect, it } from 'vitest';
import { ExitCode, exitCodeOf } from '../src/exit-codes.js';
import { errorBody } from '../src/render/error.js';

const root = join(import.meta.dirname, '../../..');

/** Codes that are no more than "it failed": status 1. */
const FAILURES = [
  'ACTIVATION_INVALID',
  'CACHE_FAILED',
  'CANCELLED',
  'CLEANUP_FAILED',
  'CONFIG_UNREADABLE',
  'FILE_CHANGED',
  'FUNCTION_FAILED',
  'GRAPH_FAILED',
  'GRAPH_OUTPUT_INVALID',
  'MEMORY_FENCE_BROKEN',
  'MEMORY_TEXT_REFUSED',
  'MEMORY_UNSUPPORTED',
  'RESOLVER_INVALID',
  'SANDBOX_BUSY',
  'SANDBOX_CRASH',
  'SANDBOX_INVALID_OUTPUT',
  'SANDBOX_MEMORY',
  'SANDBOX_PROTOCOL',
  'SANDBOX_TIMEOUT',
  'SERVER_CWD_UNSUPPORTED',
  'SERVER_EXPANDS',
  'SERVER_TEXT_INVALID',
  'SERVER_TYPE_UNSUPPORTED',
  'SHAPE_INVALID',
  'SOURCE_OUTSIDE',
  'SUBAGENT_REFUSED',
  'SUBAGENT_TOOLS_UNSUPPORTED',
  'TARGET_OUTSIDE',
  'TREE_CHANGED',
];

/** Every code that a source of ours gives to an error. */
async function codesInSources(): Promise<string[]> {
  const folders = ['apps/cli/src', ...(await readdir(join(root, 'packages'))).map((name) => `packages/${name}/src`)];
  const codes = new Set<string>();
  for (const folder of folders) {
    for (const path of await readdir(join(root, folder), { recursive: true })) {
      if (!path.endsWith('.ts') || path.endsWith('error-class.ts')) continue;
      const text = await readFile(join(root, folder, path), 'utf8');
      for (const [, code = ''] of text.matchAll(/code: '([A-Z][A-Z_]+)'/g)) codes.add(code);
    }
  }
  return [...codes].sort();
}

describe('exit codes', () => {
  it('are decided for every code that a package gives', async () => {
    const undecided = (await codesInSources()).filter(
      (code) => exitCodeOf(new MarketplaceError('m', { code })) === ExitCode.failure,
    );
    expect(undecided.filter((code) => !FAILURES.includes(code))).toEqual([]);
  });

  it.each([
    ['MANIFEST_INVALID', 4],
    ['PLUGIN_NOT_FOUND', 3],
    ['POLICY_DENIED', 5],
    ['HAS_DEPENDENTS', 6],
    ['TREE_TOO_LARGE', 7],
    ['FETCH_TIMEOUT', 8],
    ['SOURCE_SYNTAX', 2],
  ])('%s is %i', (code, status) => {
    expect(exitCodeOf(new MarketplaceError('m', { code }))).toBe(status);
  });

  it('is 1 for what the file system refuses, which is no bug', async () => {
    const refused = await readFile(root).catch((error: unknown) => error);
    expect(exitCodeOf(refused)).toBe(1);
    expect(errorBody(refused)).toMatchObject({ error: { code: 'FILE_FAILED' } });
    expect(errorBody(new TypeError('bug'))).toMatchObject({ error: { code: 'INTERNAL' } });
  });

  it('is 1 for what nobody expected', () => {
    expect(exitCodeOf(new TypeError('bug'))).toBe(1);
  });
});

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { statusOf } from '../src/http/status-of.js';

/** Faults of the server's own, of which a client is told no more than that. */
const OWN = ['CREDENTIAL_KEYS_INVALID', 'CREDENTIAL_UNREADABLE', 'RECORD_INVALID', 'SETTINGS_INVALID'];

describe('the status of an error', () => {
  it.each([
    ['REQUEST_INVALID', 400],
    ['CURSOR_INVALID', 400],
    ['SOURCE_SCHEME_UNKNOWN', 400],
    ['TOKEN_REQUIRED', 401],
    ['TOKEN_INVALID', 401],
    ['POLICY_DENIED', 403],
    ['NAME_OWNED', 403],
    ['SCOPE_MISSING', 403],
    ['PLUGIN_NOT_FOUND', 404],
    ['BLOB_NOT_FOUND', 404],
    ['ALREADY_REGISTERED', 409],
    ['HAS_DEPENDENTS', 409],
    ['TREE_TOO_LARGE', 413],
    ['FETCH_TOO_LARGE', 413],
    ['UNTRUSTED_AUTHOR', 422],
    ['SOURCE_UNPINNED', 422],
    ['MANIFEST_INVALID', 422],
    ['TOO_MANY_REQUESTS', 429],
    ['REGISTRY_CORRUPT', 500],
    ['NEVER_HEARD_OF', 500],
    ['FETCH_FAILED', 502],
    ['DATABASE_UNAVAILABLE', 503],
    ['LOCK_TIMEOUT', 503],
    ['FETCH_TIMEOUT', 504],
  ])('%s is %i', (code, status) => expect(statusOf(code)).toBe(status));

  it('is decided for every code that the server gives', async () => {
    const src = join(import.meta.dirname, '../src');
    const codes = new Set<string>();
    for (const path of await readdir(src, { recursive: true })) {
      if (!/\.tsx?$/.test(path)) continue;
      const text = await readFile(join(src, path), 'utf8');
      for (const [, code = ''] of text.matchAll(/code: '([A-Z][A-Z_]+)'/g)) codes.add(code);
    }
    expect([...codes].filter((code) => statusOf(code) === 500 && !OWN.includes(code))).toEqual([]);
  });
});

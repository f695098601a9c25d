import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkGit, createResolver, MINIMUM_GIT_VERSION } from '@agentmesh/resolver-git';
import { failureOf } from '@agentmesh/test-support';
import { afterAll, describe, expect, it } from 'vitest';
import { fetchTo } from './support/fetch-to.js';

const folder = mkdtempSync(join(tmpdir(), 'agentmesh-no-git-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A program that says what git would. */
function fakeGit(script: string): string {
  const path = join(folder, `git-${Math.random().toString(36).slice(2)}`);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('git', () => {
  it('that is there and new enough is told by its version', async () => {
    expect(await checkGit()).toEqual({ version: expect.stringMatching(/^[0-9]+\.[0-9]+/) });
    expect(await checkGit({ git: fakeGit('echo "git version 2.50.1 (Apple Git-155)"') })).toEqual({
      version: '2.50.1',
    });
    expect(await checkGit({ git: fakeGit('echo "git version 3.0"') })).toEqual({ version: '3.0' });
    expect(await checkGit({ git: fakeGit(`echo "git version ${MINIMUM_GIT_VERSION}"`) })).toEqual({
      version: MINIMUM_GIT_VERSION,
    });
  });

  it.each([
    ['is not on the search path', () => ({ searchPath: folder })],
    ['is not where it should be', () => ({ git: join(folder, 'nope') })],
    ['is too old', () => ({ git: fakeGit('echo "git version 2.36.9"') })],
    ['is of another age', () => ({ git: fakeGit('echo "git version 1.8.3.1"') })],
    ['says something else', () => ({ git: fakeGit('echo hello') })],
    ['fails', () => ({ git: fakeGit('echo "git version 2.50.1"; exit 3') })],
  ])('that %s is GIT_MISSING with the version that is needed', async (_name, program) => {
    expect(await failureOf(checkGit(program()))).toMatchObject({
      code: 'GIT_MISSING',
      message: expect.stringContaining(MINIMUM_GIT_VERSION),
    });
  });

  it('that is missing fails a fetch before the host is looked up, and is looked for again the next time', async () => {
    const asked: string[] = [];
    const git = fakeGit('exit 1');
    const resolver = createResolver({
      git,
      lookup: async (host) => {
        asked.push(host);
        throw new Error('no network here');
      },
    });
    expect(await failureOf(fetchTo(resolver, 'git.example/a.git'))).toMatchObject({ code: 'GIT_MISSING' });
    expect(asked).toEqual([]);
    writeFileSync(git, '#!/bin/sh\necho git version 2.50.1\n');
    expect(await failureOf(fetchTo(resolver, 'git.example/a.git'))).toMatchObject({ code: 'FETCH_FAILED' });
    expect(asked).toEqual(['git.example']);
  });

  it('that is asked by a caller who gave up rejects with the reason', async () => {
    const reason = new Error('enough');
    expect(await failureOf(checkGit({}, AbortSignal.abort(reason)))).toBe(reason);
  });
});

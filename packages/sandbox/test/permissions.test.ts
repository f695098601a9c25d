import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Permissions } from '@agentmesh/manifest';
import { describe, expect, it } from 'vitest';
import { type EffectivePermissions, effectivePermissions } from '../src/permissions/effective-permissions.js';
import { intersectPaths } from '../src/permissions/intersect-paths.js';
import { DEFAULT_SANDBOX_LIMITS, resolveLimits } from '../src/sandbox-limits.js';
import { freshFolder } from './box.js';

const MIB = 1024 * 1024;
const limits = resolveLimits({ wallMs: 5000, memoryBytes: 64 * MIB });
const env = { TOKEN: 'secret', REGION: 'north', EMPTY: '' };

function effective(
  asked: Permissions | undefined,
  granted: Permissions | undefined = asked,
  workspaceDir?: string,
): Promise<EffectivePermissions> {
  return effectivePermissions(asked, granted, { limits, env, workspaceDir });
}

describe('what a plugin has', () => {
  it('is nothing when it asks for nothing, whatever is granted', async () => {
    const generous = { net: ['a.test:443'], env: ['TOKEN'], read: ['.'], scratch: MIB, memory: MIB, time: 1 };
    const nothing = { net: [], env: {}, reads: [], scratchBytes: undefined, memoryBytes: 64 * MIB, wallMs: 5000 };
    for (const asked of [undefined, {}]) {
      expect(await effective(asked, generous)).toEqual(nothing);
      expect(await effective(asked, undefined)).toEqual(nothing);
    }
  });

  it('is nothing when it is granted nothing, whatever it asks for', async () => {
    const greedy = {
      net: ['a.test:443'],
      env: ['TOKEN'],
      read: ['/'],
      scratch: MIB,
      memory: 2 * MIB,
      time: 9,
      run: ['sh'],
    };
    expect(await effective(greedy, {})).toEqual(await effective(undefined));
  });

  it('is the intersection of hosts, whose case does not count', async () => {
    const { net } = await effective(
      { net: ['A.test:443', 'b.test:443', 'a.test:80'] },
      { net: ['a.TEST:443', 'c.test:443'] },
    );
    expect(net).toEqual(['a.test:443']);
  });

  it('is the named variables that have a value, and no inherited names', async () => {
    const asked = { env: ['TOKEN', 'EMPTY', 'ABSENT', 'constructor', '__proto__'] };
    expect((await effective(asked)).env).toEqual({ TOKEN: 'secret', EMPTY: '' });
    expect((await effective(asked, { env: ['REGION', 'EMPTY'] })).env).toEqual({ EMPTY: '' });
  });

  it('is the lesser time, memory and scratch space, and never more than the sandbox gives', async () => {
    const most = { time: 10 ** 9, memory: 2 ** 45, scratch: 2 ** 45 };
    expect(await effective(most)).toMatchObject({
      wallMs: 300_000,
      memoryBytes: 4096 * MIB,
      scratchBytes: DEFAULT_SANDBOX_LIMITS.scratchBytes,
    });
    const some = { time: 700, memory: 16 * MIB, scratch: MIB };
    const same = { wallMs: 700, memoryBytes: 16 * MIB, scratchBytes: MIB };
    expect(await effective(most, some)).toMatchObject(same);
    expect(await effective(some, most)).toMatchObject(same);
  });

  it('is no more where a grant is not what it should be', async () => {
    const most = { env: ['TOKEN'], memory: 2 ** 45, time: 10 ** 9, scratch: 2 ** 45 };
    const nothing = await effective(undefined);
    for (const amount of ['null', '-1', '0', '"9"', '1.5', '1e400']) {
      const granted = JSON.parse(`{"env":"TOKENS","memory":${amount},"time":${amount},"scratch":${amount}}`);
      expect(await effective(most, granted)).toEqual(nothing);
    }
    expect(await effective(most, { memory: Number.NaN, time: Number.NaN, scratch: Number.NaN })).toEqual(nothing);
  });

  it('has no way to write and to run', async () => {
    const all = await effective({ write: ['.'], run: ['sh'] });
    expect(all).toEqual(await effective(undefined));
  });
});

describe('paths', () => {
  it.each<[string[], string[], string[]]>([
    [['docs'], ['docs'], ['docs']],
    [['docs'], ['docs/public'], ['docs/public']],
    [['docs/public/a.txt'], ['docs'], ['docs/public/a.txt']],
    [['.'], ['docs', 'src/'], ['docs', 'src']],
    [['docs'], ['.'], ['docs']],
    [['docs', 'docs/a'], ['docs'], ['docs']],
    [['documents'], ['doc'], []],
    [['docs/../src'], ['docs'], []],
    [['./docs//a/'], ['docs'], ['docs/a']],
    [[], ['docs'], []],
  ])('asked as %j and granted as %j are %j', (asked, granted, both) => {
    expect(intersectPaths(asked, granted)).toEqual(both);
  });

  it('are found in the workspace, and those that are not there are not there', async () => {
    const workspace = await freshFolder();
    await mkdir(join(workspace, 'docs/deep'), { recursive: true });
    await writeFile(join(workspace, 'docs/deep/a.txt'), 'a');
    await symlink('docs/deep', join(workspace, 'shortcut'));
    const granted = await effective(
      { read: ['docs/deep/a.txt', 'shortcut', 'absent', 'docs/deep/a.txt/x'] },
      { read: ['.'] },
      workspace,
    );
    expect(granted.reads).toEqual([
      { host: join(workspace, 'docs/deep/a.txt'), inside: '/workspace/docs/deep/a.txt' },
      { host: join(workspace, 'docs/deep'), inside: '/workspace/shortcut' },
    ]);
    expect((await effective({ read: ['.'] }, { read: ['.'] }, workspace)).reads).toEqual([
      { host: workspace, inside: '/workspace' },
    ]);
  });

  it.each<[string, (workspace: string, outside: string) => Promise<string>]>([
    ['an absolute path', async (_, outside) => outside],
    ['the parent folder', async () => '..'],
    ['traversal', async () => 'docs/../../x'],
    [
      'a link to a file outside',
      async (workspace, outside) => link(join(outside, 'secret'), join(workspace, 'innocent')),
    ],
    ['a link to a folder outside', async (workspace, outside) => link(outside, join(workspace, 'innocent'))],
    [
      'a path through a link',
      async (workspace, outside) => `${await link(outside, join(workspace, 'innocent'))}/secret`,
    ],
    ['a link up', async (workspace) => link('..', join(workspace, 'innocent'))],
    [
      'a chain of links',
      async (workspace, outside) => {
        await symlink(outside, join(workspace, 'second'));
        return link('second', join(workspace, 'innocent'));
      },
    ],
    ['a link to itself', async (workspace) => link('innocent', join(workspace, 'innocent'))],
    ['a name that no system has', async () => 'x'.repeat(1000)],
    ['a path of another system', async () => 'C:/Windows'],
    ['a backslash', async () => '..\\..\\etc'],
  ])('out of the workspace are refused: %s', async (_, prepare) => {
    const [workspace, outside] = [await freshFolder(), await freshFolder()];
    await writeFile(join(outside, 'secret'), 's');
    const read = [await prepare(workspace, outside)];
    await expect(effective({ read }, { read }, workspace)).rejects.toMatchObject({ code: 'PERMISSION_REFUSED' });
  });

  it('that begin like the workspace are not in it', async () => {
    const parent = await freshFolder();
    await mkdir(join(parent, 'work'));
    await mkdir(join(parent, 'workshop'));
    await symlink('../workshop', join(parent, 'work/next'));
    const read = ['next'];
    await expect(effective({ read }, { read }, join(parent, 'work'))).rejects.toMatchObject({
      code: 'PERMISSION_REFUSED',
    });
  });

  it('without a workspace are refused', async () => {
    await expect(effective({ read: ['docs'] })).rejects.toMatchObject({
      code: 'PERMISSION_REFUSED',
      message: expect.stringContaining('workspaceDir'),
    });
  });
});

async function link(target: string, path: string): Promise<string> {
  await symlink(target, path);
  return 'innocent';
}

import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFolderTarget } from '../../src/targets/folder-target.js';
import { formatRecord } from '../../src/targets/install-record.js';
import { checkTarget, type TargetUnderTest } from './check-target.js';
import { readFiles, scratch, stagePlugin, writeFiles } from './staged.js';

const FILES = { 'index.js': 'one\n' };

function openTarget(): TargetUnderTest & { readonly root: string } {
  const root = scratch();
  let count = 0;
  return {
    root,
    target: createFolderTarget({ root }),
    workspace: () => {
      count += 1;
      return `w${count}`;
    },
    read: async (workspace, folder) => readFiles(join(root, workspace, folder)),
    write: async (workspace, path, text) => {
      mkdirSync(dirname(join(root, workspace, path)), { recursive: true });
      writeFileSync(join(root, workspace, path), text);
    },
  };
}

describe('workspaces as folders', () => {
  checkTarget(openTarget);

  it('writes no folder for a workspace that is only looked at', async () => {
    const { root, target } = openTarget();
    await target.list('w1');
    expect(readdirSync(root)).toEqual([]);
  });

  it('follows no link in the place of the plugins folder', async () => {
    const { root, target } = openTarget();
    const outside = scratch();
    mkdirSync(join(root, 'w1'));
    symlinkSync(outside, join(root, 'w1/plugins'));
    await expect(target.replace('w1', await stagePlugin('greeter', FILES))).rejects.toMatchObject({
      code: 'WORKSPACE_UNSAFE',
    });
    expect(readdirSync(outside)).toEqual([]);
  });

  it('moves a link in the place of a plugin aside, and leaves alone where it leads', async () => {
    const { root, target } = openTarget();
    const outside = writeFiles(scratch(), { 'secret.txt': 'secret\n' });
    await target.replace('w1', await stagePlugin('greeter', FILES));
    rmSync(join(root, 'w1/plugins/greeter'), { recursive: true });
    symlinkSync(outside, join(root, 'w1/plugins/greeter'));
    await target.replace('w1', await stagePlugin('greeter', { 'index.js': 'two\n' }));
    expect(readFiles(join(root, 'w1/plugins/greeter'))).toEqual({ 'index.js': 'two\n' });
    expect(readFiles(outside)).toEqual({ 'secret.txt': 'secret\n' });
  });

  it('counts a plugin whose record is damaged as not installed, and takes it in again', async () => {
    const { root, target } = openTarget();
    await target.replace('w1', await stagePlugin('greeter', FILES));
    writeFileSync(join(root, '.agentmesh/w1/records/greeter.json'), '{"plugin": "greeter"');
    expect(await target.list('w1')).toEqual([]);
    await target.replace('w1', await stagePlugin('greeter', FILES));
    expect((await target.list('w1')).map(({ plugin }) => plugin)).toEqual(['greeter']);
  });

  for (const path of ['../../secret.txt', '/etc/passwd', 'a/../../b', 'a\\b', 'a\n']) {
    it(`takes no path such as ${JSON.stringify(path)} out of a record that somebody forged`, async () => {
      const { root, target } = openTarget();
      const placement = await stagePlugin('greeter', FILES);
      await target.replace('w1', placement);
      const [file] = placement.record.files;
      const forged = { ...placement.record, files: file === undefined ? [] : [{ ...file, path }] };
      writeFileSync(join(root, '.agentmesh/w1/records/greeter.json'), formatRecord(forged));
      expect(await target.list('w1')).toEqual([]);
      await target.replace('w1', placement);
      expect((await target.list('w1')).map(({ plugin }) => plugin)).toEqual(['greeter']);
    });
  }

  it('stops at an abort and leaves the plugin as it was', async () => {
    const { root, target } = openTarget();
    await target.replace('w1', await stagePlugin('greeter', FILES));
    const aborted = AbortSignal.abort(new Error('gone'));
    const work = target.replace('w1', await stagePlugin('greeter', { 'index.js': 'two\n' }), { signal: aborted });
    await expect(work).rejects.toThrow('gone');
    expect(readFiles(join(root, 'w1/plugins/greeter'))).toEqual(FILES);
  });
});

describe('a workspace whose server was killed', () => {
  const old = { 'index.js': 'old\n' };
  const fresh = { 'index.js': 'new\n' };

  /** The folders as they are after the first `steps` steps of a replacement. */
  async function crashed(steps: number): Promise<TargetUnderTest & { readonly root: string }> {
    const opened = openTarget();
    const { root, target } = opened;
    await target.replace('w1', await stagePlugin('greeter', old, '1.0.0'));
    const state = join(root, '.agentmesh/w1');
    const stage = join(state, 'stage/in.greeter.0123456789abcdef');
    const { record } = await stagePlugin('greeter', fresh, '2.0.0');
    const doing = [
      () => writeFiles(join(stage, 'tree'), fresh),
      () => writeFileSync(join(stage, 'record.json'), formatRecord(record)),
      () => renameSync(join(state, 'records/greeter.json'), join(stage, 'old.json')),
      () => renameSync(join(root, 'w1/plugins/greeter'), join(stage, 'old')),
      () => renameSync(join(stage, 'tree'), join(root, 'w1/plugins/greeter')),
      () => renameSync(join(stage, 'record.json'), join(state, 'records/greeter.json')),
      () => rmSync(join(stage, 'old'), { recursive: true }),
      () => rmSync(stage, { recursive: true }),
    ];
    for (const step of doing.slice(0, steps)) step();
    return opened;
  }

  for (const steps of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const done = steps > 2;
    it(`after step ${steps} of a replacement has the ${done ? 'new' : 'old'} plugin, whole`, async () => {
      const { root, target } = await crashed(steps);
      expect((await target.list('w1')).map(({ version }) => version)).toEqual([done ? '2.0.0' : '1.0.0']);
      expect(readFiles(join(root, 'w1/plugins/greeter'))).toEqual(done ? fresh : old);
      expect(readdirSync(join(root, '.agentmesh/w1/stage'))).toEqual([]);
      expect(readFiles(join(root, 'w1/plugins.kept'))).toBeUndefined();
    });
  }

  it('halfway through a removal has the plugin no more', async () => {
    const { root, target } = openTarget();
    await target.replace('w1', await stagePlugin('greeter', old));
    const stage = join(root, '.agentmesh/w1/stage/out.greeter.0123456789abcdef');
    mkdirSync(stage, { recursive: true });
    renameSync(join(root, '.agentmesh/w1/records/greeter.json'), join(stage, 'old.json'));
    expect(await target.list('w1')).toEqual([]);
    expect(readFiles(join(root, 'w1/plugins/greeter'))).toBeUndefined();
  });

  it('before a removal began has the plugin still', async () => {
    const { root, target } = openTarget();
    await target.replace('w1', await stagePlugin('greeter', old));
    mkdirSync(join(root, '.agentmesh/w1/stage/out.greeter.0123456789abcdef'), { recursive: true });
    mkdirSync(join(root, '.agentmesh/w1/stage/rubbish'), { recursive: true });
    expect((await target.list('w1')).map(({ plugin }) => plugin)).toEqual(['greeter']);
    expect(readFiles(join(root, 'w1/plugins/greeter'))).toEqual(old);
  });
});

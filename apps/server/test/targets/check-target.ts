import { join } from 'node:path';
import { isMarketplaceError } from '@agentmesh/errors';
import { expect, it } from 'vitest';
import type { WorkspaceTarget } from '../../src/targets/workspace-target.js';
import { readFiles, scratch, stagePlugin } from './staged.js';

/** A target that its contract is held against. */
export interface TargetUnderTest {
  readonly target: WorkspaceTarget;
  /** A workspace that no other check uses. */
  workspace(): string;
  /** What lies in a folder of a workspace, by path: `plugins/greeter`. */
  read(workspace: string, folder: string): Promise<Record<string, string> | undefined>;
  /** Writes a file as somebody who works in the workspace. */
  write(workspace: string, path: string, text: string): Promise<void>;
}

const FIRST = { 'index.js': 'one\n', 'lib/a.js': 'a\n', 'lib/deep/b.js': 'b\n' };
const SECOND = { 'index.js': 'two\n', 'lib/c.js': 'c\n' };

async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => undefined,
    (error: unknown) => (isMarketplaceError(error) ? error.code : String(error)),
  );
}

/** What every target of workspaces promises. */
export function checkTarget(open: () => TargetUnderTest): void {
  it('has nothing in a workspace that was never used', async () => {
    const { target, workspace } = open();
    expect(await target.list(workspace())).toEqual([]);
  });

  it('puts a plugin in its place with exactly its files, and lists it', async () => {
    const { target, workspace, read } = open();
    const id = workspace();
    const placement = await stagePlugin('greeter', FIRST);
    expect(await target.replace(id, placement)).toEqual({ kept: [], keptIn: undefined });
    expect(await read(id, 'plugins/greeter')).toEqual(FIRST);
    expect(await target.list(id)).toEqual([placement.record]);
  });

  it('replaces a plugin as a whole', async () => {
    const { target, workspace, read } = open();
    const id = workspace();
    await target.replace(id, await stagePlugin('greeter', FIRST));
    const second = await stagePlugin('greeter', SECOND, '2.0.0');
    expect(await target.replace(id, second)).toEqual({ kept: [], keptIn: undefined });
    expect(await read(id, 'plugins/greeter')).toEqual(SECOND);
    expect((await target.list(id)).map(({ version }) => version)).toEqual(['2.0.0']);
  });

  it('keeps what somebody changed or added when it removes a plugin, and says so', async () => {
    const { target, workspace, read, write } = open();
    const id = workspace();
    await target.replace(id, await stagePlugin('greeter', FIRST));
    await write(id, 'plugins/greeter/index.js', 'mine\n');
    await write(id, 'plugins/greeter/lib/notes.txt', 'notes\n');
    const { kept, keptIn } = await target.remove(id, 'greeter');
    expect(kept).toEqual([
      { path: 'index.js', reason: 'changed' },
      { path: 'lib/notes.txt', reason: 'added' },
    ]);
    expect(await read(id, 'plugins/greeter')).toBeUndefined();
    expect(await read(id, keptIn ?? '')).toEqual({ 'index.js': 'mine\n', 'lib/notes.txt': 'notes\n' });
    expect(await target.list(id)).toEqual([]);
  });

  it('removes all of an untouched plugin, and no other', async () => {
    const { target, workspace, read } = open();
    const id = workspace();
    await target.replace(id, await stagePlugin('greeter', FIRST));
    await target.replace(id, await stagePlugin('other', SECOND));
    expect(await target.remove(id, 'greeter')).toEqual({ kept: [], keptIn: undefined });
    expect(await read(id, 'plugins/greeter')).toBeUndefined();
    expect(await read(id, 'plugins/other')).toEqual(SECOND);
    expect(await codeOf(target.remove(id, 'greeter'))).toBe('NOT_INSTALLED');
  });

  it('copies an installed plugin out, and refuses one that was changed', async () => {
    const { target, workspace, write } = open();
    const id = workspace();
    const { record } = await target.replace(id, await stagePlugin('greeter', FIRST)).then(async () => ({
      record: (await target.list(id))[0],
    }));
    const into = join(scratch(), 'copy');
    expect((await target.copy(id, 'greeter', into)).digest).toBe(record?.contentDigest);
    expect(readFiles(into)).toEqual(FIRST);
    await write(id, 'plugins/greeter/index.js', 'evil\n');
    expect(await codeOf(target.copy(id, 'greeter', join(scratch(), 'copy')))).toBe('TREE_TAMPERED');
    expect(await codeOf(target.copy(id, 'absent', join(scratch(), 'copy')))).toBe('NOT_INSTALLED');
  });

  it('asks before it touches anything', async () => {
    const { target, workspace, read } = open();
    const id = workspace();
    await target.replace(id, await stagePlugin('greeter', FIRST));
    const refuse = (installed: readonly { plugin: string }[]): void => {
      throw new Error(installed.map(({ plugin }) => plugin).join(','));
    };
    const second = await stagePlugin('greeter', SECOND);
    await expect(target.replace(id, second, { approve: refuse })).rejects.toThrow('greeter');
    await expect(target.remove(id, 'greeter', { approve: refuse })).rejects.toThrow('greeter');
    expect(await read(id, 'plugins/greeter')).toEqual(FIRST);
  });

  it('keeps a folder that is in the place of a plugin and belongs to nobody', async () => {
    const { target, workspace, read, write } = open();
    const id = workspace();
    await target.replace(id, await stagePlugin('other', FIRST));
    await write(id, 'plugins/greeter/mine.txt', 'mine\n');
    const { kept, keptIn } = await target.replace(id, await stagePlugin('greeter', FIRST));
    expect(kept).toEqual([{ path: 'mine.txt', reason: 'added' }]);
    expect(await read(id, keptIn ?? '')).toEqual({ 'mine.txt': 'mine\n' });
    expect(await read(id, 'plugins/greeter')).toEqual(FIRST);
  });

  it('changes one workspace at a time, so that the last of many installs is whole', async () => {
    const { target, workspace, read } = open();
    const id = workspace();
    const versions = ['1.0.0', '2.0.0', '3.0.0', '4.0.0'];
    const staged = await Promise.all(versions.map((version) => stagePlugin('greeter', { 'v.txt': version }, version)));
    await Promise.all(staged.map((placement) => target.replace(id, placement)));
    const [record] = await target.list(id);
    expect(await read(id, 'plugins/greeter')).toEqual({ 'v.txt': record?.version });
  });

  for (const id of ['..', '.agentmesh', 'a/b', 'a\\b', 'a..b', 'A', 'con', '', 'a\0b', '-rf', `x${'y'.repeat(200)}`]) {
    it(`refuses the path trick ${JSON.stringify(id.slice(0, 20))} as the id of a workspace`, async () => {
      const { target } = open();
      expect(await codeOf(target.list(id))).toBe('WORKSPACE_INVALID');
      expect(await codeOf(target.remove(id, 'greeter'))).toBe('WORKSPACE_INVALID');
    });
  }

  for (const name of ['..', '../x', 'a/b', '.agentmesh', 'con', '', '-rf', 'a.b']) {
    it(`refuses the path trick ${JSON.stringify(name)} as the name of a plugin`, async () => {
      const { target, workspace } = open();
      const id = workspace();
      const placement = await stagePlugin('greeter', FIRST);
      const renamed = { ...placement, record: { ...placement.record, plugin: name } };
      expect(await codeOf(target.replace(id, renamed))).toBe('NAME_INVALID');
      expect(await codeOf(target.remove(id, name))).toBe('NAME_INVALID');
      expect(await codeOf(target.copy(id, name, join(scratch(), 'x')))).toBe('NAME_INVALID');
    });
  }
}

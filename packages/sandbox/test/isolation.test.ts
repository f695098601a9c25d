import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshFolder, sandboxWith } from './box.js';

const FILES = { name: 'plain', files: { 'index.js': 'exports.run = () => 1;' }, manifest: { engine: 'node' } } as const;

/** Most tests run on machines with a box; what they then say about lesser levels is said with the level asked for. */
const AT_PROCESS = { isolation: 'process', minimumIsolation: 'process' } as const;

describe('isolation', () => {
  it.runIf(process.platform === 'linux')('is the strongest there is', async () => {
    const { sandbox, plugin } = await sandboxWith(FILES, { isolation: undefined, minimumIsolation: undefined });
    const { level, mechanisms, missing } = await sandbox.isolation();
    expect([level, missing]).toEqual(['os-strict', []]);
    expect(mechanisms).toEqual(
      expect.arrayContaining([
        ...['no-file-reads', 'no-file-writes', 'network-isolation', 'no-child-processes', 'memory-limit'],
        ...['process-namespace', 'no-new-namespaces', 'system-call-filter', 'unprivileged-user', 'descriptor-limit'],
      ]),
    );
    expect((await sandbox.execute({ plugin, function: 'run' })).isolation).toBe('os-strict');
  });

  it('of a process is what live guests were denied, and says what is missing', async () => {
    const { sandbox } = await sandboxWith(FILES, AT_PROCESS);
    const { level, mechanisms, missing } = await sandbox.isolation();
    expect(level).toBe('process');
    expect(mechanisms).toEqual(
      expect.arrayContaining([
        ...['separate-process', 'empty-environment', 'no-code-generation', 'no-file-reads', 'no-file-writes'],
        ...['no-child-processes', 'no-worker-threads', 'no-native-addons', 'no-wasi', 'no-inspector', 'module-guard'],
      ]),
    );
    const names = missing.map(({ mechanism }) => mechanism);
    expect(names).toEqual(expect.arrayContaining(['file-system-namespace', 'system-call-filter']));
    // Node's permission model knows the network from version 25 on.
    expect(mechanisms.includes('network-isolation')).toBe(Number(process.versions.node.split('.')[0]) >= 25);
  });

  it('is found out once', async () => {
    const { sandbox } = await sandboxWith(FILES, AT_PROCESS);
    expect(await sandbox.isolation()).toEqual(await sandbox.isolation());
  });

  it.each(['language', 'os-basic', 'os-strict'] as const)(
    'fails closed when %s is required and a process is what there is',
    async (minimumIsolation) => {
      const { sandbox, plugin } = await sandboxWith(FILES, { minimumIsolation, isolation: minimumIsolation });
      if (process.platform === 'linux' && minimumIsolation !== 'language') {
        expect((await sandbox.execute({ plugin, function: 'run' })).isolation).toBe('os-strict');
        return;
      }
      await expect(sandbox.execute({ plugin, function: 'run' })).rejects.toMatchObject({ code: 'SANDBOX_UNAVAILABLE' });
    },
  );

  it('may be a process when that is asked for', async () => {
    const { sandbox, plugin } = await sandboxWith(FILES, AT_PROCESS);
    expect((await sandbox.execute({ plugin, function: 'run' })).isolation).toBe('process');
  });
});

describe('the Node of guests', () => {
  it('must be there', async () => {
    const { sandbox, plugin } = await sandboxWith(FILES, { nodePath: '/nowhere/node' });
    await expect(sandbox.execute({ plugin, function: 'run' })).rejects.toMatchObject({ code: 'SANDBOX_UNAVAILABLE' });
  });

  it.runIf(process.platform !== 'win32')('must deny what the sandbox relies on', async () => {
    const lax = join(await freshFolder(), 'node');
    // A Node that forgets its permission model: the guest notices before any plugin is in it.
    await writeFile(lax, `#!/bin/sh\n[ "$1" = --permission ] && shift 3\nexec '${process.execPath}' "$@"\n`);
    await chmod(lax, 0o755);
    const { sandbox, plugin } = await sandboxWith(FILES, { ...AT_PROCESS, nodePath: lax });
    await expect(sandbox.execute({ plugin, function: 'run' })).rejects.toMatchObject({
      code: 'SANDBOX_UNAVAILABLE',
      message: expect.stringContaining('permission-model, no-code-generation failed'),
    });
  });

  it.runIf(process.platform !== 'win32')('must start', async () => {
    const broken = join(await freshFolder(), 'node');
    await writeFile(
      broken,
      `#!/bin/sh\n[ "$1" = -e ] && exec '${process.execPath}' "$@"\necho 'some error: not today' >&2\nexit 9\n`,
    );
    await chmod(broken, 0o755);
    const { sandbox, plugin } = await sandboxWith(FILES, { ...AT_PROCESS, nodePath: broken });
    await expect(sandbox.execute({ plugin, function: 'run' })).rejects.toMatchObject({
      code: 'SANDBOX_UNAVAILABLE',
      message: 'The guest did not start (exit code 9): some error: not today',
    });
  });
});

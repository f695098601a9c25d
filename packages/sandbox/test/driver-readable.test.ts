import { chmod, mkdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readableBinds } from '../src/drivers/readable-binds.js';
import { freshFolder } from './box.js';

describe('what a guest of a root host is handed', () => {
  it('is the original where every user may read it, and for another host', async () => {
    const bind = { host: process.execPath, inside: '/node' };
    expect(readableBinds([bind], 1000)).toEqual([bind]);
    const open = { host: '/bin/sh', inside: '/sh' };
    expect(readableBinds([open], 0)).toEqual([open]);
  });

  it.runIf(process.geteuid?.() === 0)(
    'is a copy of what lies below a closed folder, which follows changes',
    async () => {
      const folder = await freshFolder();
      await mkdir(join(folder, 'guest'));
      await writeFile(join(folder, 'guest/a.cjs'), 'one', { mode: 0o600 });
      await symlink('/etc/shadow', join(folder, 'guest/link'));
      await chmod(folder, 0o700);
      const bind = { host: join(folder, 'guest'), inside: '/guest' };
      const [first] = readableBinds([bind]);
      expect(first).toEqual({ host: expect.stringMatching(/^\/var\/cache\/agentmesh\//), inside: '/guest' });
      expect(readableBinds([bind])).toEqual([first]);
      const copy = join(first?.host ?? '', 'a.cjs');
      expect(await readFile(copy, 'utf8')).toBe('one');
      expect((await stat(copy)).mode & 0o777).toBe(0o644);
      expect((await stat('/etc/shadow')).mode & 0o004).toBe(0);
      await writeFile(join(folder, 'guest/a.cjs'), 'another');
      const [second] = readableBinds([bind]);
      expect(second?.host).not.toBe(first?.host);
      expect(await readFile(join(second?.host ?? '', 'a.cjs'), 'utf8')).toBe('another');
    },
  );

  it.runIf(process.geteuid?.() === 0)('is the original where a copy would be too large', async () => {
    const folder = await freshFolder();
    const file = join(folder, 'large');
    await writeFile(file, '', { mode: 0o600 });
    await truncate(file, 300 * 1024 * 1024);
    const bind = { host: file, inside: '/large' };
    expect(readableBinds([bind])).toEqual([bind]);
  });
});

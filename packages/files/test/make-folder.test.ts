import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '@agentmesh/files';
import { describe, expect, it, onTestFinished } from 'vitest';

function temporary(): string {
  const path = mkdtempSync(join(tmpdir(), 'agentmesh-make-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

describe('makeFolder', () => {
  it('makes a folder with those above it, and takes one that is there', async () => {
    const path = join(temporary(), 'a/b/c');
    await Promise.all([makeFolder(path, 0o700), makeFolder(path, 0o700)]);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    await makeFolder(path);
    await makeFolder('/');
  });

  it('takes a link to a folder, and refuses a file', async () => {
    const root = temporary();
    symlinkSync(root, join(root, 'link'));
    await makeFolder(join(root, 'link/below'));
    expect(statSync(join(root, 'below')).isDirectory()).toBe(true);
    writeFileSync(join(root, 'file'), '');
    await expect(makeFolder(join(root, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(join(root, 'file/below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it.runIf(process.platform === 'linux')('ends where no folder can be made', async () => {
    await expect(makeFolder('/proc/agentmesh/below')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

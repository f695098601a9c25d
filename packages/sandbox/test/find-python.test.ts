import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPython } from '../src/engines/find-python.js';
import { freshFolder } from './box.js';

async function script(folder: string, text: string): Promise<string> {
  const path = join(folder, 'python3');
  await writeFile(path, `#!/bin/sh\n${text}\n`);
  await chmod(path, 0o755);
  return path;
}

describe('findPython', () => {
  it('finds the binary behind a link, its version and its library', async () => {
    const found = findPython();
    expect(found.version).toMatch(/^3\.\d+$/);
    expect(existsSync(join(found.library, 'json/__init__.py'))).toBe(true);
    const folder = await freshFolder();
    await symlink(found.file, join(folder, 'python3'));
    expect(findPython({ folders: [folder] })).toEqual(found);
    expect(findPython({ pythonPath: join(folder, 'python3') })).toEqual(found);
  });

  it('skips what is too old, what says nothing it can read, and what is not there', async () => {
    const [old, broken, empty] = [await freshFolder(), await freshFolder(), await freshFolder()];
    await script(old, `echo '[3, 8, "/usr/bin/python3.8", "/usr/lib/python3.8", "lib"]'`);
    await script(broken, 'echo no');
    const found = findPython();
    expect(findPython({ folders: [old, broken, empty, '/usr/bin', '/usr/local/bin'] })).toEqual(found);
    expect(() => findPython({ folders: [old, broken, empty] })).toThrow(
      expect.objectContaining({ code: 'SANDBOX_UNAVAILABLE', hint: expect.stringContaining('3.9') }),
    );
    expect(() => findPython({ pythonPath: join(old, 'python3') })).toThrow(/no Python of 3\.9 or newer/);
  });

  it('runs nothing of the project: a relative path is skipped, and its environment is nobody’s', async () => {
    const folder = await freshFolder();
    await script(folder, 'touch ran');
    expect(() => findPython({ folders: ['.', '', 'bin'], pythonPath: './python3' })).toThrow(/no Python/);
    expect(() => findPython({ folders: ['.', '', 'bin'] })).toThrow(/There is no Python/);
    expect(existsSync(join(folder, 'ran'))).toBe(false);
    const seen = await freshFolder();
    await script(seen, `env > ${seen}/env; pwd > ${seen}/pwd`);
    expect(() => findPython({ folders: [seen] })).toThrow();
    expect(execFileSync('cat', [join(seen, 'pwd')], { encoding: 'utf8' })).toBe('/\n');
    expect(execFileSync('cat', [join(seen, 'env')], { encoding: 'utf8' })).not.toContain('HOME=');
  });
});

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseConfig, type RawConfig } from '../src/config/config-schema.js';
import { prepareFolders } from '../src/prepare-folders.js';

const bin = fileURLToPath(new URL('../bin/agentmesh-server.js', import.meta.url));

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'agentmesh-folders-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function prepare(raw: RawConfig): Promise<void> {
  const { data } = parseConfig(raw, tmpdir());
  if (data === undefined) throw new TypeError('Expected settings that can be read');
  return prepareFolders(data);
}

describe('Folders of the configuration', () => {
  it('are made with all that is above them, that of the data for its user alone', async () => {
    const dataDir = join(folder(), 'a/b');
    await prepare({ dataDir });
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    for (const name of ['artifacts', 'workspaces']) expect(statSync(join(dataDir, name)).isDirectory()).toBe(true);
    await prepare({ dataDir });
  });

  it.each([
    ['a file', 'no-folder', 'something else is in its place'],
    ['below a file', 'no-folder/data', 'a part of its path is no folder'],
    ['a link that leads nowhere', 'nowhere', 'no folder can be made there'],
    ['below links that lead in circles', 'circle/data', 'its path leads in circles'],
  ])('are refused, by name, for one that is %s', async (_, name, why) => {
    const root = folder();
    writeFileSync(join(root, 'no-folder'), '');
    symlinkSync(join(root, 'absent'), join(root, 'nowhere'));
    symlinkSync(join(root, 'circle'), join(root, 'circle'));
    for (const [setting, path] of [
      ['dataDir', join(root, name)],
      ['artifacts', join(root, name)],
      ['workspacesDir', join(root, name)],
      ['database', `sqlite:${join(root, name, 'agentmesh.db')}`],
      ['credentialKeys', join(root, name, 'keys')],
    ] as const) {
      const raw = { dataDir: join(root, 'data'), [setting]: path };
      await expect(prepare(raw), setting).rejects.toMatchObject({
        code: 'SETTINGS_INVALID',
        message: expect.stringContaining(why),
      });
    }
  });

  it.runIf(process.platform === 'linux')('end the start below /proc, where none can be made', () => {
    const args = [bin, '--port', '0', '--data-dir', '/proc/agentmesh/data'];
    // A start that never ends hears no other signal.
    const { status, stderr } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
      timeout: 60_000,
      killSignal: 'SIGKILL',
    });
    expect(stderr).toContain('The folder /proc/agentmesh/data cannot be used: no folder can be made there');
    expect(stderr).toContain('--data-dir or AGENTMESH_DATA_DIR');
    expect(status).toBe(2);
  });

  it.runIf(process.getuid?.() === 0)('end the start of a user that may not write there', () => {
    const root = folder();
    mkdirSync(join(root, 'others'), { mode: 0o755 });
    const script = `import { prepareFolders } from ${JSON.stringify(new URL('../dist/prepare-folders.js', import.meta.url).href)};
      process.setuid(65534);
      for (const dataDir of ${JSON.stringify([join(root, 'others'), join(root, 'others/data')])})
        await prepareFolders({ dataDir, database: '', artifacts: dataDir, workspacesDir: dataDir, install: { credentialKeys: dataDir } })
          .catch((error) => console.log(error.message));`;
    chmodSync(root, 0o755);
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
    expect(stdout.match(/cannot be used: this user may not write there/g)).toHaveLength(2);
  });
});

import { execFileSync, spawn } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PluginSandbox } from '@agentmesh/sandbox';
import { expect, it } from 'vitest';
import { freshFolder, installPlugin } from './box.js';

const SOURCE = `import sys
def run(input):
    system, seen = sys.modules["posix"], []
    for name in ("file", "pipe"):
        for flags in (1, 2):
            try:
                system.write(system.open("/workspace/" + name, flags | 0x800), b"spoken")
                seen.append(name)
            except OSError as error:
                seen.append(error.errno)
    return seen
`;

it('a plugin that may read a folder cannot speak to the host through a named pipe in it', async () => {
  const [pluginsDir, workspaceDir] = [await freshFolder(), await freshFolder()];
  execFileSync('mkfifo', [join(workspaceDir, 'pipe')]);
  await writeFile(join(workspaceDir, 'file'), 'as it was');
  await chmod(workspaceDir, 0o755);
  for (const name of ['pipe', 'file']) await chmod(join(workspaceDir, name), 0o666);
  const listener = spawn('cat', [join(workspaceDir, 'pipe')], { stdio: ['ignore', 'pipe', 'ignore'] });
  let heard = '';
  listener.stdout.on('data', (chunk) => {
    heard += chunk;
  });
  const plugin = await installPlugin(pluginsDir, {
    files: { 'plugin_under_test.py': SOURCE },
    manifest: { permissions: { read: ['.'] } },
  });
  const sandbox = new PluginSandbox({ pluginsDir, workspaceDir });
  const { result } = await sandbox.execute({ plugin, function: 'run' });
  await sandbox.close();
  const EROFS = 30;
  expect(result).toEqual([EROFS, EROFS, EROFS, EROFS]);
  expect(heard).toBe('');
  listener.kill();
});

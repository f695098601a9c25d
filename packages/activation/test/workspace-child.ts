/**
 * One activation of a workspace that is killed at its n-th call that writes: `node --import source-hooks.mjs workspace-child.ts <folder> <n>`.
 * With n = 0 it runs through, and the number of its calls is printed.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [folder = '', number = '0'] = process.argv.slice(2);
let calls = 0;
const target: Record<string, unknown> = fs.promises as never; // its functions are replaced by name
for (const name of ['mkdir', 'rename', 'rm', 'symlink', 'open', 'writeFile']) {
  const original = target[name] as (...args: unknown[]) => unknown;
  target[name] = (...args: unknown[]) => {
    calls += 1;
    if (String(calls) === number) process.kill(process.pid, 'SIGKILL');
    return original(...args);
  };
}
syncBuiltinESMExports();

const { activateWorkspace } = await import('@agentmesh/activation');
const { readPlugin, testShapes } = await import('./test-shapes.ts');
await activateWorkspace({ folder, runtime: 'codex', shapes: testShapes(), readPlugin });
process.stdout.write(String(calls));

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, test } from 'vitest';

const bin = join(import.meta.dirname, '../bin/agentmesh.js');
const folder = mkdtempSync(join(tmpdir(), 'agentmesh-bench-'));
const env = { HOME: folder, PATH: process.env.PATH ?? '' };

afterAll(() => rmSync(folder, { recursive: true }));

/** A whole process, from spawn to exit. */
function run(args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, env });
  if (status !== 0) throw new Error(String(stderr));
}

test('start of the command (target: at most 3.5 × node -e 0)', async ({ bench }) => {
  await bench.compare(
    bench('node -e 0', () => run(['-e', '0'])),
    bench('agentmesh plugin list --json', () => run([bin, 'plugin', 'list', '--json'])),
  );
});

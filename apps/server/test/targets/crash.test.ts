import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createFolderTarget } from '../../src/targets/folder-target.js';
import { readFiles, scratch, stagePlugin } from './staged.js';

const HOOKS = fileURLToPath(new URL('../../../../test/support/source-hooks.mjs', import.meta.url));
const CHILD = fileURLToPath(new URL('crash-child.ts', import.meta.url));
const KILLS = 10;

function filesOf(version: string): Record<string, string> {
  return Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`lib/${index}.js`, `${version} ${index}\n`]));
}

it(`a workspace has one plugin or the other, whole, after each of ${KILLS} SIGKILLs at random moments`, async () => {
  const root = scratch();
  const versions: Readonly<Record<string, Record<string, string>>> = { '1.0.0': filesOf('1'), '2.0.0': filesOf('2') };
  const placements = await Promise.all(
    Object.entries(versions).map(([version, files]) => stagePlugin('greeter', files, version)),
  );
  const target = createFolderTarget({ root });
  const cache = scratch();
  const seen = new Set<string>();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const args = [
      '--disable-warning=ExperimentalWarning',
      '--import',
      HOOKS,
      CHILD,
      JSON.stringify({ root, placements: kill % 2 === 0 ? placements : placements.toReversed() }),
    ];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_COMPILE_CACHE: cache },
    });
    await Promise.race([
      once(child.stdout, 'data'),
      once(child, 'exit').then(() => Promise.reject(new Error('It ended'))),
    ]);
    await sleep(Math.random() * 120);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const [record] = await target.list('team');
    const there = readFiles(join(root, 'team/plugins/greeter'));
    expect(there).toEqual(record === undefined ? undefined : versions[record.version]);
    expect(readFiles(join(root, 'team/plugins.kept'))).toBeUndefined();
    expect(readdirSync(join(root, '.agentmesh/team/stage'))).toEqual([]);
    seen.add(record?.version ?? 'none');
  }
  expect(seen.size).toBeGreaterThan(1);
}, 180_000);

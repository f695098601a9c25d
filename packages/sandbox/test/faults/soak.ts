import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PluginSandbox } from '@agentmesh/sandbox';
import { believingTree } from '../corpus/install-case.js';
import { bytesInUse, takeCensus } from './census.js';
import { callHonest, callHostile, createTally, drawCall, type Mix, runMany } from './mixed-calls.js';
import { installFaultPlugins } from './plugins.js';
import { createRandom } from './random.js';

// A long mixed run, in a process of its own: prints how the host was before, at every tenth of the way, and after.

const [calls = '20000', seed = '1'] = process.argv.slice(2);
const MIX: Mix = { honest: { quickjs: 740, python: 180, node: 30 }, hostile: { quickjs: 34, python: 11, node: 5 } };
const AT_ONCE = 8;

const pluginsDir = await mkdtemp(join(tmpdir(), 'soak-'));
await installFaultPlugins(pluginsDir);
const before = await takeCensus();
const sandbox = new PluginSandbox({
  pluginsDir,
  verifyTree: (plugin) => believingTree(pluginsDir, plugin),
  limits: { memoryBytes: 48 * 1_048_576 },
  pool: { node: 2, quickjs: 3, python: true },
});
const random = createRandom(Number(seed));
const tally = createTally();
const memory: number[] = [];
for (let tenth = 0; tenth < 10; tenth += 1) {
  await runMany(Number(calls) / 10, AT_ONCE, async (index) => {
    const { plugin, isHostile } = drawCall(MIX, random);
    if (isHostile) await callHostile(sandbox, plugin, random, tally);
    else await callHonest(sandbox, plugin, tenth * 100_000 + index, tally);
  });
  memory.push(bytesInUse());
}
await sandbox.close();
const after = await takeCensus();
await rm(pluginsDir, { recursive: true });
process.stdout.write(`${JSON.stringify({ before, after, memory, tally })}\n`);
process.exit(0);

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PluginSandbox } from '@agentmesh/sandbox';
import { believingTree } from '../corpus/install-case.js';
import { guestPids } from '../corpus/process-table.js';
import { takeCensus } from './census.js';
import { callHonest, createTally } from './mixed-calls.js';
import { FAULT_PLUGINS, installFaultPlugins } from './plugins.js';
import { createRandom } from './random.js';

// Many calls at once over a pool of four; with a second number, so many guests are killed meanwhile, each at a random moment.

const [engine = 'quickjs', calls = '2000', kills = '0', seed = '1'] = process.argv.slice(2);
const plugin = FAULT_PLUGINS.find((one) => one.engine === engine);
if (plugin === undefined) throw new TypeError(`no plugin for ${engine}`);

const pluginsDir = await mkdtemp(join(tmpdir(), 'parallel-'));
await installFaultPlugins(pluginsDir);
const before = await takeCensus();
const sandbox = new PluginSandbox({
  pluginsDir,
  verifyTree: (name) => believingTree(pluginsDir, name),
  pool: { [engine]: 4 },
});
const tally = createTally();
let most = 0;
const calling = Promise.all(
  Array.from({ length: Number(calls) }, (_, nonce) => callHonest(sandbox, plugin, nonce, tally)),
);
const random = createRandom(Number(seed));
let killed = 0;
let answeredBefore = 0;
let isOver = false;
calling.finally(() => {
  isOver = true;
});
while (!isOver) {
  const pids = guestPids();
  most = Math.max(most, pids.length);
  if (killed < Number(kills) && tally.answered > answeredBefore && pids.length > 0) {
    killed += kill(random.pick(pids));
    // One after the other: at least one guest serves calls before the next is killed.
    answeredBefore = tally.answered;
  }
  await new Promise((resolve) => setTimeout(resolve, random.between(20, 200)));
}
await calling;
await sandbox.close();
const after = await takeCensus();
await rm(pluginsDir, { recursive: true });
process.stdout.write(`${JSON.stringify({ before, after, tally, most, killed })}\n`);
process.exit(0);

function kill(pid: number): number {
  try {
    process.kill(pid, 'SIGKILL');
    return 1;
  } catch {
    return 0;
  }
}

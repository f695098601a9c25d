import { PluginSandbox } from '@agentmesh/sandbox';
import { believingTree } from '../corpus/install-case.js';
import { FAULT_PLUGINS } from './plugins.js';

// A host that never stops calling, on every engine, honest and hostile: it is there to be killed.

const [pluginsDir = ''] = process.argv.slice(2);
const sandbox = new PluginSandbox({
  pluginsDir,
  verifyTree: (name) => believingTree(pluginsDir, name),
  // Where they can be made: a host that is killed must not leave them either.
  cgroups: true,
  pool: { node: 1, quickjs: 2, python: true },
});
const FUNCTIONS = ['echo', 'slow', 'loop', 'never'] as const;
for (let turn = 0; ; turn += 1) {
  const calls = FAULT_PLUGINS.map(({ name, hostile }, index) => {
    const wanted = FUNCTIONS[(turn + index) % FUNCTIONS.length] ?? 'echo';
    const call = wanted === 'echo' || wanted === 'slow' || hostile.includes(wanted) ? wanted : 'echo';
    return sandbox.execute({ plugin: name, function: call, input: { ms: 50 }, timeoutMs: 300 }).catch(() => {});
  });
  await Promise.all(calls);
  process.stdout.write('.');
}

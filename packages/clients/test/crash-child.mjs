/**
 * One change that stops at its n-th call that writes, for as many n as are told: `node --import source-hooks.mjs crash-child.mjs <client> <links> <verb>
 * <folder>:<n> …`. What has stopped stays so: nothing of it runs on, and in the end the process is killed, locks and all. A folder with
 * n = 0 runs through, and the number of its calls is printed.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

const [client = '', links = '', verb = '', ...runs] = process.argv.slice(2);
const current = new AsyncLocalStorage();
/** A handle that nobody knows any more would be closed. */
const kept = [];
const WRITES = [
  'mkdir',
  'rmdir',
  'rename',
  'rm',
  'symlink',
  'unlink',
  'open',
  'copyFile',
  'writeFile',
  'link',
  'chmod',
];
const never = () => new Promise(() => undefined);

/** Half of the calls are made and half are not when it stops: before the odd ones, after the even ones. */
function watch(original) {
  return function watched(...args) {
    const run = current.getStore();
    if (run === undefined) return original.apply(this, args);
    kept.push(this);
    if (run.stopped) return never();
    run.calls += 1;
    if (run.calls !== run.number) return original.apply(this, args);
    run.stopped = true;
    const made = run.calls % 2 === 1 ? Promise.resolve() : Promise.resolve(original.apply(this, args));
    made
      .then(
        (result) => kept.push(result),
        () => undefined,
      )
      .finally(run.stop);
    return never();
  };
}

const { FileHandle } = await fs.promises
  .open(process.execPath)
  .then(async (handle) => ({ FileHandle: handle.constructor, done: await handle.close() }));
for (const name of ['writeFile', 'sync', 'chmod', 'write'])
  FileHandle.prototype[name] = watch(FileHandle.prototype[name]);
for (const name of WRITES) fs.promises[name] = watch(fs.promises[name]);
syncBuiltinESMExports();

const { commitTogether, createInstallContext, removeFromClients } = await import('@agentmesh/clients');

async function prepare(dir) {
  const folders = {
    ...{ projectDir: join(dir, 'project'), homeDir: join(dir, 'home'), journalDir: join(dir, 'journal') },
    scope: 'project',
  };
  if (verb === 'remove') return () => removeFromClients({ ...folders, plugin: 'notes' });
  const pluginDir = join(dir, 'plugins/notes');
  const contexts = [];
  const { skills, text } = JSON.parse(fs.readFileSync(join(dir, `${verb}.json`), 'utf8'));
  for (const id of client.split(',')) {
    const context = createInstallContext({ ...folders, client: id, plugin: 'notes', pluginDir, links });
    const shape = context.forShape('all');
    for (const name of skills) await shape.registerSkill({ name, folder: join(pluginDir, 'skills', name) });
    await shape.registerMcpServer({ name: 'files', server: { type: 'stdio', command: 'node', args: [text] } });
    await shape.registerSubagent({ name: 'tester', description: 'Tests', prompt: text });
    await shape.appendMemory({ from: 'rules/style.md', text });
    contexts.push(context);
  }
  return () => commitTogether(contexts);
}

for (const run of runs) {
  const at = run.lastIndexOf(':');
  const change = await prepare(run.slice(0, at));
  const number = Number(run.slice(at + 1));
  const state = { calls: 0, number, stopped: false, stop: () => undefined };
  const stopped = new Promise((resolve) => {
    state.stop = () => resolve('stopped');
  });
  const ended = await Promise.race([current.run(state, change), stopped]);
  if (number === 0) process.stdout.write(String(state.calls));
  else if (ended !== 'stopped') throw new Error(`Expected ${run} to stop`);
}
if (runs.some((run) => !run.endsWith(':0'))) process.kill(process.pid, 'SIGKILL');

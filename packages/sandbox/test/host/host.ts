import { PluginSandbox } from '@agentmesh/sandbox';

// A host in a process of its own, to be killed: runs one call and says so once the plugin prints.
const [pluginsDir, plugin, ending, timeout] = process.argv.slice(2);
if (pluginsDir === undefined || plugin === undefined) throw new TypeError('expected a folder and a plugin');

const sandbox = new PluginSandbox({
  pluginsDir,
  onLog: ({ text }) => {
    process.stdout.write(text);
    if (ending === 'exit') setImmediate(() => process.exit(0));
  },
});
await sandbox.execute({ plugin, function: 'run', timeoutMs: Number(timeout ?? 60_000) });

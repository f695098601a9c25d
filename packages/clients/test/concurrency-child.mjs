/** Brings plugins into a client and takes every other one away: `concurrency-child.mjs <workshop> <client> <prefix> <count>`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInstallContext, removeFromClients } from '@agentmesh/clients';

const [dir = '', client = '', prefix = '', count] = process.argv.slice(2);
const folders = {
  projectDir: join(dir, 'project'),
  homeDir: join(dir, 'home'),
  journalDir: join(dir, 'journal'),
  scope: 'project',
};
for (let index = 0; index < Number(count); index += 1) {
  const plugin = `${prefix}${index}`;
  const pluginDir = join(dir, 'plugins', plugin);
  mkdirSync(pluginDir, { recursive: true });
  const context = createInstallContext({ ...folders, client, plugin, pluginDir });
  const shape = context.forShape('all');
  await shape.registerMcpServer({ name: plugin, server: { type: 'stdio', command: plugin } });
  await shape.appendMemory({ from: 'r', text: plugin });
  await context.commit();
  if (index % 2 === 1) await removeFromClients({ ...folders, plugin });
}

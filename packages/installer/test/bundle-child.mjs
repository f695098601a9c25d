/** Installs a bundle: `node --import source-hooks.mjs bundle-child.mjs <pluginsDir> <bundle> <port of a server outside>`; prints what came of it. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { PluginInstaller } from '@agentmesh/installer';

const [pluginsDir = '', bundle = '', port = ''] = process.argv.slice(2);
const socket = connect(Number(port), '127.0.0.1');
const network = await once(socket, 'connect').then(
  () => true,
  () => false,
);
socket.destroy();
const installer = new PluginInstaller({ pluginsDir });
const { plugins } = await installer.installBundle(bundle);
const intact = (await installer.verifyInstalled()).every((report) => report.intact);
process.stdout.write(JSON.stringify({ network, intact, installed: plugins.map(({ name }) => name) }));

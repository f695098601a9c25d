import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { chmod, type FileHandle, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What an attack finds around it, and what tells on it. One set a case, so that nothing is blamed on another case. */
export interface Traps {
  /** The input of the case. */
  readonly input: Readonly<Record<string, number | string>>;
  readonly outsideDir: string;
  readonly secretDir: string;
  readonly canaries: { readonly file: string; readonly dirname: string };
  /** What arrived, by channel. */
  readonly contacts: readonly string[];
  close(): Promise<void>;
}

/** Ports, sockets and files beside the folder of plugins that nobody may reach, with fresh canaries. */
export async function setTraps(pluginsDir: string): Promise<Traps> {
  const outsideDir = await mkdtemp(`${pluginsDir}-outside-`);
  const secretDir = await mkdtemp(`${pluginsDir}-secret-`);
  await chmod(outsideDir, 0o777);
  await chmod(secretDir, 0o755);
  const canaries = { file: canary(), dirname: canary() };
  const secretFile = join(secretDir, 'secret.txt');
  const held = await holdSecret(secretFile, canaries);
  fillDatabase(join(secretDir, 'secret.db'), canaries.file);
  const contacts: string[] = [];
  const tcp = await listen(contacts, 'tcp', 0);
  const uds = await listen(contacts, 'uds', join(secretDir, 'uds.sock'));
  const abstractName = `agentmesh-${canary()}`;
  const abstract = await listen(contacts, 'abstract', `\0${abstractName}`);
  const udp = createSocket('udp4').on('message', (data) => contacts.push(`udp ${data.toString('latin1')}`));
  await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
  const input = {
    secretFile,
    secretDir,
    outsideDir,
    tcpPort: portOf(tcp),
    udpPort: udp.address().port,
    udsPath: join(secretDir, 'uds.sock'),
    abstractName,
    hostPid: process.pid,
  };
  const close = async () => {
    for (const server of [tcp, uds, abstract]) server.close();
    udp.close();
    await held.close();
    for (const folder of [outsideDir, secretDir]) await rm(folder, { recursive: true, force: true });
  };
  return { input, outsideDir, secretDir, canaries, contacts, close };
}

/** A secret that is not in any input: 24 hex digits. */
export function canary(): string {
  return randomBytes(12).toString('hex');
}

/** The file stays open, as a host would have it: a descriptor that leaks is a way to it. */
async function holdSecret(path: string, canaries: Traps['canaries']): Promise<FileHandle> {
  await writeFile(path, `SECRETKEY=${canaries.file}\n`, { mode: 0o644 });
  await writeFile(join(path, '..', canaries.dirname), '');
  return open(path, 'r');
}

function fillDatabase(path: string, value: string): void {
  const database = new DatabaseSync(path);
  database.exec('create table t(a)');
  database.prepare('insert into t values (?)').run(value);
  database.close();
}

async function listen(contacts: string[], channel: string, where: number | string): Promise<Server> {
  const server = createServer((socket) => {
    contacts.push(`${channel} connection`);
    socket.on('data', (data) => {
      contacts.push(`${channel} ${data.toString('latin1')}`);
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    });
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    if (typeof where === 'number') server.listen(where, '127.0.0.1', resolve);
    else server.listen(where, resolve);
  });
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('expected a TCP server');
  return address.port;
}

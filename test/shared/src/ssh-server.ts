import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** OpenSSH's own server on loopback, for the user who runs the tests. */
export interface SshServer {
  readonly port: number;
  readonly user: string;
  /** A key that it takes, and one that it does not. */
  readonly goodKey: string;
  readonly badKey: string;
  /** Names its host key, and another one for the same place. */
  readonly knownHosts: string;
  readonly wrongHosts: string;
  close(): void;
}

export async function startSshServer(): Promise<SshServer> {
  const folder = mkdtempSync(join(tmpdir(), 'agentmesh-sshd-'));
  const path = (name: string): string => join(folder, name);
  for (const name of ['host', 'other-host', 'good', 'bad']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path(name)]);
  }
  copyFileSync(path('good.pub'), path('authorized'));
  const port = await freePort();
  const publicKey = (name: string): string =>
    readFileSync(path(`${name}.pub`), 'utf8')
      .split(' ')
      .slice(0, 2)
      .join(' ');
  writeFileSync(path('known'), `[127.0.0.1]:${port} ${publicKey('host')}\n`);
  writeFileSync(path('wrong'), `[127.0.0.1]:${port} ${publicKey('other-host')}\n`);
  const lines = [
    `HostKey ${path('host')}`,
    `AuthorizedKeysFile ${path('authorized')}`,
    `ListenAddress 127.0.0.1:${port}`,
    ...['PidFile none', 'UsePAM no', 'StrictModes no', 'PasswordAuthentication no', 'KbdInteractiveAuthentication no'],
    ...['PermitRootLogin yes', 'AcceptEnv GIT_PROTOCOL', 'MaxStartups 100:30:200', 'LogLevel ERROR', ''],
  ];
  writeFileSync(path('config'), lines.join('\n'));
  // Where a server that is root keeps its rights apart.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const program = findProgram();
  const server = spawn(program, ['-D', '-e', '-f', path('config')], { stdio: 'ignore' });
  await untilOpen(port);
  return {
    port,
    user: userInfo().username,
    goodKey: path('good'),
    badKey: path('bad'),
    knownHosts: path('known'),
    wrongHosts: path('wrong'),
    close: () => {
      server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** sshd wants to be started by its whole path; it lies where programs of administrators do, which is in few users' search path. */
function findProgram(): string {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin', '/sbin'];
  const found = folders.map((folder) => join(folder, 'sshd')).find((path) => existsSync(path));
  if (found === undefined) throw new Error('sshd is not installed');
  return found;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function untilOpen(port: number): Promise<void> {
  for (let tries = 0; tries < 250; tries += 1) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      }).once('error', () => resolve(false));
    });
    if (isOpen) return;
    await sleep(20);
  }
  throw new Error('sshd does not listen');
}

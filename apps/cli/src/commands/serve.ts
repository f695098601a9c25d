import { spawn } from 'node:child_process';
import { AgentmeshCommand } from '../command.js';
import { findServer } from '../find-server.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const BY_SIGNAL = 128;
const NUMBERS: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/** `agentmesh serve` */
export default class Serve extends AgentmeshCommand {
  static override summary =
    'Start a server with a registry and a web page, on this machine alone unless told otherwise.';
  static override description =
    'Starts agentmesh-server, which is a package of its own, and passes everything on to it. Without settings it listens on loopback, keeps its data in a folder, and says where its first admin token lies.';
  static override examples = [
    '<%= config.bin %> serve',
    '<%= config.bin %> serve --port 8080',
    'AGENTMESH_DATABASE=postgres://agentmesh@db.example.com/plugins <%= config.bin %> serve',
  ];
  static override strict = false;
  static override enableJsonFlag = false;

  async run(): Promise<void> {
    const { file, args } = await findServer(process.env.PATH);
    process.exitCode = await runProgram(file, [...args, ...this.argv]);
  }
}

/** Runs a program in this one's place: same terminal, same signals, its exit status. */
function runProgram(file: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit' });
    const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
    for (const signal of SIGNALS) process.on(signal, pass);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const name of SIGNALS) process.off(name, pass);
      resolve(code ?? BY_SIGNAL + (NUMBERS[signal ?? ''] ?? 0));
    });
  });
}

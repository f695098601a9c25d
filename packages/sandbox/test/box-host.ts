import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const LOADER = new URL('host/source-loader.ts', import.meta.url).href;
const HOST = fileURLToPath(new URL('host/box-host.ts', import.meta.url));
const NOBODY = 65_534;

/** Who runs the host: whoever runs the tests and, where that is root, an unprivileged user too. */
export const USERS: readonly { readonly name: string; readonly uid?: number }[] =
  process.getuid?.() === 0
    ? [{ name: 'root' }, { name: 'an unprivileged user', uid: NOBODY }]
    : [{ name: 'an unprivileged user' }];

/** What `host/box-host.ts` is asked to do. */
export type BoxOrder = Readonly<Record<string, unknown>>;

/** What became of the guest. */
export interface BoxReport {
  readonly driver: string;
  readonly level: string;
  readonly mechanisms: readonly string[];
  readonly missing: readonly unknown[];
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly exceeded: boolean;
  readonly peak?: number;
}

/** A host, running. */
export interface StartedBoxHost {
  readonly host: ChildProcess;
  /** Process ids of the guest and of what started it, once it has said something. */
  readonly guest: Promise<{ guest: number; monitor: number }>;
  /** What the host printed, once it has ended. */
  readonly over: Promise<string>;
}

/** Starts a host with one guest, as another user if asked. */
export function startBoxHost(order: BoxOrder, uid?: number): StartedBoxHost {
  const options = ['--conditions=@agentmesh/source', '--no-warnings', '--import', LOADER];
  const host = spawn(process.execPath, [...options, HOST, JSON.stringify(order)], {
    cwd: '/',
    env: {},
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let printed = '';
  host.stdout?.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const guest = new Promise<{ guest: number; monitor: number }>((resolve) => {
    host.once('message', (message) => resolve(message as { guest: number; monitor: number }));
  });
  const over = new Promise<string>((resolve) => host.once('close', () => resolve(printed)));
  return { host, guest, over };
}

/** Runs a guest of a host to its end. */
export async function runInBox(order: BoxOrder, uid?: number): Promise<BoxReport> {
  return JSON.parse(await startBoxHost(order, uid).over);
}

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { Duplex } from 'node:stream';
import type { PluginManifest } from '@agentmesh/manifest';
import { createManifest, PluginType } from '@agentmesh/manifest';
import { afterAll } from 'vitest';
import type { Engine, SourceFile } from '../src/engines/engine.js';
import { nodeFeatures } from '../src/engines/node-features.js';
import { createQuickJsEngine } from '../src/engines/quickjs.js';
import { createWasmEngine } from '../src/engines/wasm.js';
import type { CallMessage, FetchedMessage, FetchMessage } from '../src/protocol/messages.js';

const HEADER_BYTES = 5;
const MIB = 1024 * 1024;
const started: ChildProcess[] = [];

afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
});

/** What a guest did with a call: its answer, or how its process ended. */
export interface DirectOutcome {
  readonly result?: unknown;
  readonly error?: { readonly kind: string; readonly type?: string; readonly message: string; readonly stack?: string };
  readonly exit?: { readonly code: number | null; readonly signal: NodeJS.Signals | null };
  readonly logs: string;
}

export interface DirectCall extends Partial<Omit<CallMessage, 'function' | 'input'>> {
  readonly onFetch?: (request: FetchMessage) => FetchedMessage;
}

/** A guest without a pool and without a box: a child that is spoken to frame by frame. */
export interface DirectGuest {
  readonly pid: number;
  readonly ready: unknown;
  call(name: string | null, input?: unknown, options?: DirectCall): Promise<DirectOutcome>;
  kill(): void;
}

/** Sources by path; `text` and bytes alike. */
export type DirectFiles = Readonly<Record<string, string | Uint8Array>>;

/** Starts a guest of an engine and hands it a plugin. The first file is its entry. */
export async function startGuest(engine: Engine, files: DirectFiles): Promise<DirectGuest> {
  const { file, args, env } = engine.command((host) => host);
  const child = spawn(file, args, { env: { ...env }, stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
  started.push(child);
  const channel = child.stdio[3];
  if (!(channel instanceof Duplex) || child.pid === undefined) throw new TypeError('the guest did not start');
  const frames = readFrames(child, channel);
  const ready = await frames.next();
  send(channel, 7, await engine.prepare({ entry: Object.keys(files)[0] ?? '', files: sources(files) }, MANIFEST));
  return {
    pid: child.pid,
    ready: ready.body,
    call: (name, input = null, options = {}) =>
      call(channel, frames, { ...DEFAULTS, ...options, function: name, input }),
    kill: () => child.kill('SIGKILL'),
  };
}

/** Runs one call in a fresh QuickJS guest. */
export async function runQuickJs(
  source: string | DirectFiles,
  input: unknown = null,
  options: DirectCall = {},
): Promise<DirectOutcome> {
  const files = typeof source === 'string' ? { 'index.js': source } : source;
  const guest = await startGuest(await quickJs(), files);
  const outcome = await guest.call('run', input, options);
  guest.kill();
  return outcome;
}

export async function quickJs(memoryBytes: number = DEFAULTS.memoryBytes): Promise<Engine> {
  const nodePath = process.execPath;
  return createQuickJsEngine({ nodePath, memoryBytes, features: await nodeFeatures(nodePath) });
}

export async function wasm(memoryBytes: number = DEFAULTS.memoryBytes): Promise<Engine> {
  const nodePath = process.execPath;
  return createWasmEngine({ nodePath, memoryBytes, features: await nodeFeatures(nodePath) });
}

const DEFAULTS = { resultBytes: MIB, errorUnits: 4096, fetch: false, env: {}, memoryBytes: 128 * MIB };
const MANIFEST: PluginManifest = createManifest({
  name: 'direct',
  version: '1.0.0',
  description: 'A plugin',
  author: 'someone',
  plugin_type: PluginType.validator,
});

function sources(files: DirectFiles): SourceFile[] {
  return Object.entries(files).map(([path, content]) => {
    const bytes = Buffer.from(content);
    return { path, bytes, text: bytes.toString(), sha256: createHash('sha256').update(bytes).digest('hex') };
  });
}

type Request = DirectCall & { function: string | null; input: unknown };

async function call(channel: Duplex, frames: Frames, { onFetch, ...message }: Request): Promise<DirectOutcome> {
  send(channel, 2, message);
  let logs = '';
  for (;;) {
    const { kind, body } = await frames.next();
    if (kind === 9) logs += `${body.stream}: ${body.text}`;
    else if (kind === 5) send(channel, 6, onFetch?.(body) ?? { error: { code: 'NO', message: 'nobody answers' } });
    else if (kind === -1) return { exit: body, logs };
    else {
      const idle = await frames.next();
      if (idle.kind !== 8) throw new Error(`expected IDLE, got ${idle.kind}`);
      return kind === 3 ? { result: body, logs } : { error: body, logs };
    }
  }
}

function send(channel: Duplex, kind: number, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value));
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(body.length);
  header.writeUInt8(kind, 4);
  channel.write(Buffer.concat([header, body]));
}

// biome-ignore lint/suspicious/noExplicitAny: bodies are of as many shapes as there are frames, and the tests compare them
type AnyBody = any;
interface Frames {
  next(): Promise<{ kind: number; body: AnyBody }>;
}

function readFrames(child: ChildProcess, channel: Duplex): Frames {
  const frames: { kind: number; body: AnyBody }[] = [];
  let wake = (): void => undefined;
  let held = Buffer.alloc(0);
  channel.on('error', () => undefined);
  channel.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= HEADER_BYTES && held.length >= HEADER_BYTES + held.readUInt32BE(0)) {
      const end = HEADER_BYTES + held.readUInt32BE(0);
      frames.push({ kind: held.readUInt8(4), body: JSON.parse(held.toString('utf8', HEADER_BYTES, end)) });
      held = held.subarray(end);
    }
    wake();
  });
  child.on('close', (code, signal) => {
    frames.push({ kind: -1, body: { code, signal } });
    wake();
  });
  return {
    async next() {
      for (;;) {
        const frame = frames.shift();
        if (frame !== undefined) return frame;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

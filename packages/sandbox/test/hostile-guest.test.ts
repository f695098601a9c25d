import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshFolder, sandboxWith } from './box.js';

/**
 * A guest that is not ours at all: what a plugin could do that has taken over its whole process. It answers as told, from
 * below the engine, through the real driver.
 */
async function callTakenOver(script: string): Promise<unknown> {
  const folder = await freshFolder();
  const program = join(folder, 'taken-over.cjs');
  const prelude = `
    const fs = require('fs');
    const frame = (kind, text, length = Buffer.byteLength(text)) => { const head = Buffer.alloc(5); head.writeUInt32BE(length); head[4] = kind; return Buffer.concat([head, Buffer.from(text)]); };
    const write = (...parts) => fs.writeSync(3, Buffer.concat(parts));
    const READY = frame(1, JSON.stringify({ protocol: 2, engine: 'node', checks: 'permission-model,no-code-generation,empty-environment' }));
    const receive = () => fs.readSync(3, Buffer.alloc(65536));
    const RESULT = frame(3, '"answer"');
  `;
  await writeFile(program, prelude + script);
  const node = join(folder, 'node');
  const real = process.execPath;
  await writeFile(node, `#!/bin/sh\n[ "$1" = -e ] && exec '${real}' "$@"\nexec '${real}' '${program}'\n`);
  await chmod(node, 0o755);
  const { sandbox, plugin } = await sandboxWith(
    { 'index.js': 'exports.run = () => 1;' },
    { nodePath: node, timeoutMs: 2000, limits: { startMs: 1000 } },
  );
  return sandbox.execute({ plugin, function: 'run' }).catch((error: unknown) => error);
}

describe.runIf(process.platform !== 'win32')('a process that was taken over', () => {
  it.each<[string, string, Record<string, unknown>]>([
    ['answers as it likes', 'write(READY); receive(); write(RESULT);', { result: 'answer' }],
    [
      'answers and goes on writing: the first answer counts',
      'write(READY); receive(); write(RESULT, RESULT, Buffer.alloc(1e5)); setInterval(() => {}, 1e3);',
      { result: 'answer' },
    ],
    [
      'answers byte by byte',
      'write(READY); receive(); for (const byte of RESULT) write(Buffer.from([byte]));',
      { result: 'answer' },
    ],
    ['answers before it is asked', 'write(READY, RESULT); receive();', { code: 'SANDBOX_PROTOCOL' }],
    [
      'claims 4 GiB',
      'write(READY); receive(); write(Buffer.from([255, 255, 255, 255, 3])); setInterval(() => {}, 1e3);',
      { code: 'SANDBOX_PROTOCOL' },
    ],
    [
      'sends rubbish',
      'write(READY); receive(); write(Buffer.alloc(64, 0x7b)); setInterval(() => {}, 1e3);',
      { code: 'SANDBOX_PROTOCOL' },
    ],
    ['sends no JSON', 'write(READY); receive(); write(frame(3, "{"));', { code: 'SANDBOX_PROTOCOL' }],
    [
      'sends too deep a JSON',
      'write(READY); receive(); write(frame(3, "[".repeat(5e5)));',
      { code: 'SANDBOX_INVALID_OUTPUT' },
    ],
    ['sends a malformed error', 'write(READY); receive(); write(frame(4, "{}"));', { code: 'SANDBOX_PROTOCOL' }],
    [
      'sends an error larger than errors are',
      `write(READY); receive(); write(frame(4, JSON.stringify({ kind: 'plugin', type: 'T'.repeat(9000), message: 'm'.repeat(9000), stack: ('s'.repeat(900) + '\\n').repeat(30) })));`,
      {
        error: {
          type: 'T'.repeat(100),
          message: 'm'.repeat(4096),
          stack: Array.from({ length: 20 }, () => 's'.repeat(300)),
        },
      },
    ],
    ['sends a READY of its own making', 'write(frame(1, "{}")); receive();', { code: 'SANDBOX_PROTOCOL' }],
    [
      'stops in the middle of a frame',
      'write(READY); receive(); write(RESULT.subarray(0, 8));',
      { code: 'SANDBOX_CRASH' },
    ],
    [
      'stops in the middle of a frame and stays',
      'write(READY); receive(); write(RESULT.subarray(0, 8)); setInterval(() => {}, 1e3);',
      { code: 'SANDBOX_TIMEOUT' },
    ],
    ['never says READY', 'setInterval(() => {}, 1e3);', { code: 'SANDBOX_UNAVAILABLE' }],
    [
      'closes the channel and stays',
      'write(READY); receive(); fs.closeSync(3); setInterval(() => {}, 1e3);',
      { code: 'SANDBOX_TIMEOUT' },
    ],
    ['kills itself', 'write(READY); receive(); process.kill(process.pid, "SIGKILL");', { code: 'SANDBOX_CRASH' }],
    ['aborts without having used memory', 'write(READY); receive(); process.abort();', { code: 'SANDBOX_CRASH' }],
    [
      'exceeds its processor time',
      'write(READY); receive(); process.kill(process.pid, "SIGXCPU"); setInterval(() => {}, 1e3);',
      { code: 'SANDBOX_TIMEOUT' },
    ],
    [
      'leaves a child that holds its pipes open',
      'write(READY); receive(); require("child_process").spawn("sleep", ["30"], { stdio: "inherit" }); write(RESULT);',
      { result: 'answer' },
    ],
  ])('%s', async (_, script, expected) => {
    const started = performance.now();
    expect(await callTakenOver(script)).toMatchObject(expected);
    expect(performance.now() - started).toBeLessThan(6000);
  });
});

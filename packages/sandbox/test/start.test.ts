import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { PluginSandbox, type SandboxProcess, type StartRequest } from '@agentmesh/sandbox';
import { afterAll, describe, expect, it } from 'vitest';
import { freshFolder, installPlugin, type TestPlugin } from './box.js';

const LOADER = new URL('./host/source-loader.ts', import.meta.url).href;
const opened: PluginSandbox[] = [];
afterAll(async () => {
  for (const sandbox of opened) await sandbox.close();
});

type Options = Partial<ConstructorParameters<typeof PluginSandbox>[0]>;

async function start(
  plugin: TestPlugin,
  request: Omit<StartRequest, 'plugin'>,
  options: Options = {},
): Promise<{ process: SandboxProcess; sandbox: PluginSandbox; pluginsDir: string }> {
  const pluginsDir = await freshFolder();
  const name = await installPlugin(pluginsDir, plugin);
  const sandbox = new PluginSandbox({ pluginsDir, ...options });
  opened.push(sandbox);
  return { process: await sandbox.start({ plugin: name, ...request }), sandbox, pluginsDir };
}

/** What a server prints until it ends. */
async function outputOf(source: string, request: Partial<StartRequest> = {}, options: Options = {}): Promise<string> {
  const isPython = request.command === 'python3';
  const file = isPython ? 'server.py' : 'server.mjs';
  const { process } = await start(
    { files: { [file]: source } },
    { command: 'node', args: [file], ...request },
    options,
  );
  const [out, err] = await Promise.all([text(process.stdout), text(process.stderr)]);
  await process.exited;
  return out + err;
}

const WAIT = 'process.stdout.write("up"); setInterval(() => {}, 1000);';
const up = (process: SandboxProcess): Promise<unknown> =>
  new Promise((resolve) => process.stdout.once('data', resolve));
const missing = 'try { READ; console.log("READ IT") } catch (error) { console.log(error.code) }';

describe.runIf(process.platform === 'linux')('a long-lived process', () => {
  it('speaks over its standard input and output, and ends by itself at the end of input', async () => {
    const source = 'process.stdin.on("data", (d) => process.stdout.write(d.toString().toUpperCase()));';
    const { process } = await start({ files: { 'server.mjs': source } }, { command: 'node', args: ['server.mjs'] });
    process.stdin.end('hello');
    expect(await text(process.stdout)).toBe('HELLO');
    expect(await process.exited).toEqual({ reason: 'exit', code: 0 });
    expect(process.isolation).toBe('os-strict');
  });

  it('runs Python by its bare name, with modules beside the script', async () => {
    const files = {
      'server.py': 'import sys, other\nprint(other.say(sys.stdin.read()))',
      'other.py': 'def say(x): return x * 2',
    };
    const { process } = await start({ files }, { command: 'python3', args: ['server.py'] });
    process.stdin.end('ab');
    expect(await text(process.stdout)).toBe('abab\n');
  });

  it.each(['#!/usr/bin/env node\n', '#!/usr/local/bin/node\n'])(
    'runs a script of the plugin that begins with %j',
    async (line) => {
      const { process } = await start(
        { files: { 'bin/run.js': `${line}console.log(process.argv[2])` } },
        { command: './bin/run.js', args: ['x'] },
      );
      expect(await text(process.stdout)).toBe('x\n');
    },
  );

  it.each(['npx', '/bin/sh', 'sh -c id', '../server.js', './none.js', './plain.sh', './../../etc/passwd', ''])(
    'refuses the command %j',
    async (command) => {
      const files = { 'plain.sh': '#!/bin/sh\nid\n' };
      await expect(start({ files }, { command })).rejects.toMatchObject({ code: 'SANDBOX_INVALID_CALL' });
    },
  );

  it.each(['LD_PRELOAD', 'LD_AUDIT', 'BASH_ENV', 'BASH_FUNC_ulimit%%', 'ENV', 'PLUGIN_ROOT', 'A B', ''])(
    'refuses the variable %j',
    async (name) => {
      const request = { command: 'node', args: ['server.mjs'], env: { [name]: 'x' } };
      await expect(start({ files: { 'server.mjs': '' } }, request)).rejects.toMatchObject({
        code: 'SANDBOX_INVALID_CALL',
      });
    },
  );

  it('fills the two folders in and has no environment but what it was given', async () => {
    const source = 'console.log(JSON.stringify([process.env, process.argv[2], process.cwd()]))';
    const request = {
      args: ['/plugin/server.mjs', '${PLUGIN_DATA}/x'],
      env: { A: '${PLUGIN_ROOT}/a\n=b' },
      cwd: '${PLUGIN_DATA}',
    };
    const [env, argument, cwd] = JSON.parse(await outputOf(source, request));
    expect(env).toEqual({ A: '/plugin/a\n=b', PLUGIN_ROOT: '/plugin', PLUGIN_DATA: '/data' });
    expect([argument, cwd]).toEqual(['/data/x', '/data']);
  });

  it('has the granted variables, and no list of processes shows their values', async () => {
    const permissions = { env: ['TOKEN'] };
    const { process } = await start(
      {
        files: { 'server.mjs': 'console.log(process.env.TOKEN, process.env.OTHER); setInterval(() => {}, 1000)' },
        manifest: { permissions },
      },
      { command: 'node', args: ['server.mjs'] },
      { env: { TOKEN: 'canary-5b1', OTHER: 'no' } },
    );
    expect(String(await up(process))).toBe('canary-5b1 undefined\n');
    const lists = await Promise.all(
      (await readdir('/proc'))
        .filter((name) => /^\d+$/.test(name))
        .map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')),
    );
    expect(lists.join('').includes('canary-5b1')).toBe(false);
    await process.stop();
  });

  it('cannot start outside of its folders', async () => {
    const request = { command: 'node', cwd: '../..' };
    await expect(start({ files: { 'a.mjs': '' } }, request)).rejects.toMatchObject({ code: 'SANDBOX_INVALID_CALL' });
  });

  it('of a tree that was changed does not start', async () => {
    const pluginsDir = await freshFolder();
    const plugin = await installPlugin(pluginsDir, { files: { 'server.mjs': '' } });
    await writeFile(join(pluginsDir, plugin, 'server.mjs'), 'evil()');
    const sandbox = new PluginSandbox({ pluginsDir });
    opened.push(sandbox);
    await expect(sandbox.start({ plugin, command: 'node' })).rejects.toMatchObject({ code: 'TREE_TAMPERED' });
  });

  it('does not start at a level without a file system of its own', async () => {
    const options = { isolation: 'process', minimumIsolation: 'process' } as const;
    const starting = start({ files: { 'a.mjs': '' } }, { command: 'node', args: ['a.mjs'] }, options);
    await expect(starting).rejects.toMatchObject({ code: 'SANDBOX_UNAVAILABLE' });
  });
});

describe.runIf(process.platform === 'linux')('a hostile server', () => {
  it.each(['/etc/passwd', '/proc/self/environ', '/proc/1/maps', '/root', '/dev/null'])(
    'cannot read %s',
    async (path) => {
      const read = missing.replace('READ;', `fs.readFileSync(${JSON.stringify(path)});`);
      expect(await outputOf(`import fs from "node:fs"; ${read}`)).toMatch(/^(ENOENT|ERR_ACCESS_DENIED)\n$/);
      const python = `try:\n  open(${JSON.stringify(path)}).read(); print("READ IT")\nexcept OSError as e: print(e.errno)`;
      expect(await outputOf(python, { command: 'python3', args: ['server.py'] })).toBe('2\n');
    },
  );

  it('cannot reach the network, not even this machine', async () => {
    let reached = 0;
    const server = createServer(() => {
      reached += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const node = `import net from "node:net"; net.connect(${port}, "127.0.0.1").on("error", (e) => console.log(e.code));`;
    expect(await outputOf(node)).toMatch(/EPERM|ERR_ACCESS_DENIED/);
    const python = `import socket\ntry: socket.create_connection(("127.0.0.1", ${port})); print("IN")\nexcept OSError as e: print(e.errno)`;
    expect(await outputOf(python, { command: 'python3', args: ['server.py'] })).toBe('1\n');
    server.close();
    expect(reached).toBe(0);
  });

  it('cannot make a process: a fork bomb is one process', async () => {
    const source = 'import os\ntry:\n  os.fork(); print("FORKED")\nexcept OSError as e: print(e.errno)';
    expect(await outputOf(source, { command: 'python3', args: ['server.py'] })).toBe('1\n');
  });

  it('cannot write into its own folder, only into its data folder', async () => {
    const source = `
for path in ['/plugin/x', '/plugin/server.py', '/x', '/agentmesh/x', '/data/x']:
  try:
    open(path, 'w').write('x'); print('wrote', path)
  except OSError as e: print(e.errno)`;
    const output = await outputOf(source, { command: 'python3', args: ['server.py'] });
    expect(output).toBe('30\n30\n30\n30\nwrote /data/x\n');
  });

  it.each([
    ['node', 'server.mjs', 'const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1));'],
    ['python3', 'server.py', 'all = []\nwhile True: all.append(b"x" * (1 << 20))'],
  ])('that fills its memory is ended: %s', async (command, file, source) => {
    const { process } = await start(
      { files: { [file]: source } },
      { command, args: [file] },
      { limits: { memoryBytes: 64 * 1024 * 1024 } },
    );
    process.stdout.resume();
    const end = await process.exited;
    // Python is told by the kernel and ends with a MemoryError of its own.
    expect(command === 'python3' ? ['memory', 'exit'] : ['memory']).toContain(end.reason);
    expect(end).not.toEqual({ reason: 'exit', code: 0 });
  });

  it('that spins is ended by the limit of processor time', async () => {
    const { process } = await start(
      { files: { 's.mjs': 'for (;;);' } },
      { command: 'node', args: ['s.mjs'], cpuMs: 1000 },
    );
    expect((await process.exited).reason).toBe('cpu');
  });

  it('that floods standard output waits, and the host keeps little of it', async () => {
    const source = 'import sys\nwhile True: sys.stdout.write("x" * 65536)';
    const { process } = await start({ files: { 's.py': source } }, { command: 'python3', args: ['s.py'] });
    await new Promise((resolve) => process.stdout.once('readable', resolve));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(process.stdout.readableLength).toBeLessThan(1024 * 1024);
    await process.stop();
  });

  it('that floods standard error goes on, and little of it is kept', async () => {
    const source = 'import sys\nfor i in range(200): sys.stderr.write("x" * 65536)\nprint("done")';
    const { process } = await start({ files: { 's.py': source } }, { command: 'python3', args: ['s.py'] });
    expect(await text(process.stdout)).toBe('done\n');
    expect((await text(process.stderr)).length).toBeLessThanOrEqual(256 * 1024);
  });

  it('that does not read its input is not buffered for without end', async () => {
    const { process } = await start({ files: { 's.mjs': WAIT } }, { command: 'node', args: ['s.mjs'] });
    await up(process);
    let accepted = 0;
    while (process.stdin.write(Buffer.alloc(65_536)) && accepted < 1000) accepted += 1;
    expect(accepted).toBeLessThan(100);
    await process.stop();
    expect(await process.exited).toEqual({ reason: 'stopped' });
  });

  it('cannot put more into its own data folder than it may', async () => {
    const source =
      'try:\n  f = open("/data/x", "wb")\n  for i in range(64): f.write(b"x" * (1 << 20)); f.flush()\n  print("ALL")\nexcept OSError as e: print(e.errno)';
    const output = await outputOf(source, { command: 'python3', args: ['server.py'], dataBytes: 1 << 20 });
    expect(output).not.toContain('ALL');
  });

  it('keeps its data in the folder of the host, and is ended when that grows too large', async () => {
    // Guests of a host that is root are another user.
    const around = await freshFolder();
    await chmod(around, 0o755);
    const dataDir = join(around, 'data');
    await mkdir(dataDir);
    const request = { command: 'python3', args: ['server.py'], dataDir, dataBytes: 1 << 20 };
    expect(await outputOf('open("/data/kept", "w").write("yes")', request)).toBe('');
    expect(await readFile(join(dataDir, 'kept'), 'utf8')).toBe('yes');
    expect(await outputOf('print(open("/data/kept").read(), open("/data/kept", "a").write("!"))', request)).toBe(
      'yes 1\n',
    );
    const many = 'import time\nfor i in range(8): open(f"/data/{i}", "w").write("x" * (1 << 19))\ntime.sleep(60)';
    const { process } = await start({ files: { 'server.py': many } }, request);
    expect(await process.exited).toEqual({ reason: 'data' });
  });

  it('shares its data folder of the host with another one that runs at the same time', async () => {
    const around = await freshFolder();
    await chmod(around, 0o755);
    const dataDir = join(around, 'data');
    await mkdir(dataDir);
    const source = `import sys
for line in sys.stdin: print(open('/data/log', 'a+').write(line), len(open('/data/log').read()), flush=True)`;
    const request = { command: 'python3', args: ['s.py'], dataDir };
    const starting = [1, 2].map(() => start({ files: { 's.py': source } }, request));
    const [first, second] = (await Promise.all(starting)).map(({ process }) => process);
    const ask = async (process: SandboxProcess | undefined): Promise<string> => {
      const answer = process === undefined ? undefined : once(process.stdout, 'data');
      process?.stdin.write('x\n');
      return String(await answer);
    };
    for (const [process, size] of [
      [first, 2],
      [second, 4],
      [first, 6],
    ] as const) {
      expect(await ask(process)).toBe(`2 ${size}\n`);
    }
    for (const process of [first, second]) await process?.stop();
  });

  it('cannot make a link in its data folder for the host to follow', async () => {
    const source =
      'import os\nfor make in (os.symlink, os.link):\n  try: make("/etc/passwd", "/data/l"); print("LINK")\n  except OSError as e: print(e.errno)';
    expect(await outputOf(source, { command: 'python3', args: ['server.py'] })).toBe('1\n1\n');
  });

  it('has few descriptors', async () => {
    const source = 'import os\nn = 0\ntry:\n  while True: os.dup(0); n += 1\nexcept OSError: print(n)';
    expect(Number(await outputOf(source, { command: 'python3', args: ['server.py'] }))).toBeLessThan(64);
  });

  it('has three descriptors from the start, and no channel to the host', async () => {
    const source = 'import os\nfor fd in range(3, 16):\n  try: os.fstat(fd); print("open", fd)\n  except OSError: pass';
    expect(await outputOf(source, { command: 'python3', args: ['server.py'] })).toBe('');
  });
});

describe.runIf(process.platform === 'linux')('stopping a long-lived process', () => {
  const ignoring = `for (const s of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(s, () => {}); ${WAIT}`;
  const alive = async (marker: string): Promise<boolean> => {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const lists = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')));
    return lists.some((list) => list.includes(marker));
  };
  const running = (marker: string, options: Omit<StartRequest, 'plugin' | 'command'> = {}): ReturnType<typeof start> =>
    start({ files: { 's.mjs': ignoring } }, { command: 'node', args: ['s.mjs', marker], ...options });

  it('kills one that ignores signals, and nothing is left when it is over', async () => {
    const { process } = await running('marker-stop-71');
    await up(process);
    expect(await alive('marker-stop-71')).toBe(true);
    await process.stop();
    expect(await alive('marker-stop-71')).toBe(false);
    await process.stop();
  });

  it('is what a killed host leaves behind: no server', async () => {
    const pluginsDir = await freshFolder();
    const plugin = await installPlugin(pluginsDir, { files: { 's.mjs': ignoring } });
    const program = `import { PluginSandbox } from '@agentmesh/sandbox';
      const sandbox = new PluginSandbox({ pluginsDir: ${JSON.stringify(pluginsDir)} });
      const server = await sandbox.start({ plugin: ${JSON.stringify(plugin)}, command: 'node', args: ['s.mjs', 'marker-host-75'] });
      server.stdout.pipe(process.stdout);`;
    const options = [
      '--conditions=@agentmesh/source',
      '--no-warnings',
      '--import',
      LOADER,
      '--input-type=module',
      '-e',
      program,
    ];
    const cwd = fileURLToPath(new URL('..', import.meta.url));
    const host = spawn(globalThis.process.execPath, options, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => host.stdout.once('data', resolve));
    const server = 's.mjs\0marker-host-75';
    expect(await alive(server)).toBe(true);
    host.kill('SIGKILL');
    await expect.poll(() => alive(server), { timeout: 5000 }).toBe(false);
    const left = async (): Promise<string[]> =>
      (await readdir(tmpdir())).filter((name) => name.startsWith('agentmesh-start-') && name.includes(`-${host.pid}-`));
    expect(await left()).toHaveLength(1);
    const { process } = await running('marker-sweep-76');
    expect(await left()).toEqual([]);
    await up(process);
    await process.stop();
  });

  it('happens when the sandbox closes', async () => {
    const { process, sandbox } = await running('marker-close-72');
    await up(process);
    await sandbox.close();
    expect(await process.exited).toEqual({ reason: 'stopped' });
    expect(await alive('marker-close-72')).toBe(false);
  });

  it("happens when the caller's signal says so", async () => {
    const abort = new AbortController();
    const { process } = await running('marker-abort-73', { signal: abort.signal });
    await up(process);
    abort.abort();
    expect(await process.exited).toEqual({ reason: 'stopped' });
  });

  it('cannot be followed by another start once the sandbox is closed', async () => {
    const { sandbox } = await running('marker-closed-74');
    await sandbox.close();
    await expect(sandbox.start({ plugin: 'plugin-under-test', command: 'node' })).rejects.toMatchObject({
      code: 'SANDBOX_ABORTED',
    });
  });
});

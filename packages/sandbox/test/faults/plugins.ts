import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createManifest, PluginType, saveManifest } from '@agentmesh/manifest';

const JAVASCRIPT = `const later = (ms) => new Promise((done) => { const end = Date.now() + ms; const turn = () => Date.now() < end ? Promise.resolve().then(turn) : done(); turn(); });
exports.echo = (input) => input;
exports.slow = async (input) => { await later(input.ms); return input; };
exports.loop = () => { for (;;); };
exports.never = () => new Promise(() => {});
exports.hoard = () => { const all = []; for (;;) all.push(new Array(1e5).fill(all.length)); };
exports.fail = () => { throw new TypeError('on purpose'); };
exports.circle = () => { const a = {}; a.a = a; return a; };
exports.flood = () => { const line = 'x'.repeat(65536); for (;;) console.log(line); };
exports.large = () => 'x'.repeat(2 ** 21);
exports.deep = () => { let s = null; for (let i = 0; i < 2e4; i++) s = [s]; return s; };
exports.recurse = () => { const f = (n) => f(n + 1) + 1; return f(0); };
exports.pollute = () => { Object.prototype.zz = 1; Array.prototype.push = () => 0; globalThis.JSON = undefined; return ({}).zz; };`;

const PYTHON = `import sys, time
def _os():
    return sys.modules.get("posix") or sys.modules.get("os")
def echo(input):
    return input
def slow(input):
    time.sleep(input["ms"] / 1000)
    return input
def loop(input):
    while True:
        pass
def hoard(input):
    held = []
    while True:
        held.append(bytearray(b"x") * (8 << 20))
def fail(input):
    raise TypeError("on purpose")
def circle(input):
    a = []
    a.append(a)
    return a
def flood(input):
    while True:
        print("x" * 65536)
def large(input):
    return "x" * 2 ** 21
def die(input):
    _os()._exit(3)
def forge(input):
    _os().write(3, bytes([0, 0, 0, 9, 3]) + b'"SPOOFED"' * 1 + bytes([255] * 64))
    return "honest"
def recurse(input):
    sys.setrecursionlimit(10 ** 9)
    def f(x):
        return f([x])
    return f(1)
`;

/** A plugin of these tests, by the engine that runs it. */
export interface FaultPlugin {
  readonly name: string;
  readonly engine: 'node' | 'python' | 'quickjs';
  /** Functions that do harm, each with the codes or types it may end with. */
  readonly hostile: readonly string[];
}

const HOSTILE_JAVASCRIPT = ['loop', 'never', 'hoard', 'fail', 'circle', 'flood', 'large', 'deep', 'recurse', 'pollute'];

/** One plugin an engine, each with the same honest `echo` and `slow`. */
export const FAULT_PLUGINS: readonly FaultPlugin[] = [
  { name: 'faulty-quickjs', engine: 'quickjs', hostile: HOSTILE_JAVASCRIPT },
  { name: 'faulty-node', engine: 'node', hostile: HOSTILE_JAVASCRIPT },
  {
    name: 'faulty-python',
    engine: 'python',
    hostile: ['loop', 'hoard', 'fail', 'circle', 'flood', 'large', 'die', 'forge', 'recurse'],
  },
];

/** Installs them all. */
export async function installFaultPlugins(pluginsDir: string): Promise<void> {
  for (const { name, engine } of FAULT_PLUGINS) {
    const root = join(pluginsDir, name);
    await mkdir(root, { recursive: true });
    const entry = engine === 'python' ? 'faulty_python.py' : 'index.cjs';
    await writeFile(join(root, entry), engine === 'python' ? PYTHON : JAVASCRIPT);
    const fields = {
      name,
      version: '1.0.0',
      description: 'Faulty',
      author: 'nobody',
      plugin_type: PluginType.validator,
    };
    await saveManifest(createManifest({ ...fields, entry, ...(engine === 'python' ? {} : { engine }) }), root);
  }
}

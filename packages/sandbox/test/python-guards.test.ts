import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ALL_BLOCKED_MODULES, RESTRICTED_MODULES } from '@agentmesh/manifest';
import { describe, expect, it } from 'vitest';
import { KIND } from './guest.js';
import { runPython, sendCall, startPython } from './python.js';

const STANDARD = [
  ...['abc', 'argparse', 'base64', 'bisect', 'calendar', 'collections', 'configparser', 'contextlib', 'copy', 'csv'],
  ...['dataclasses', 'datetime', 'decimal', 'difflib', 'enum', 'fractions', 'functools', 'hashlib', 'heapq', 'hmac'],
  ...['html', 'io', 'itertools', 'json', 'logging', 'math', 'operator', 'pathlib', 'pprint', 'random', 're', 'secrets'],
  ...['statistics', 'string', 'struct', 'tempfile', 'textwrap', 'threading', 'time', 'traceback', 'types', 'typing'],
  ...['unicodedata', 'unittest', 'uuid', 'xml.etree.ElementTree', 'zlib', 'zoneinfo', 'asyncio', 'concurrent.futures'],
];

describe("a plugin's own import of a blocked module", () => {
  it.each<[string, (name: string) => string]>([
    ['at the top level', (name) => `import ${name}\ndef run(i): pass`],
    ['in a function', (name) => `def run(i):\n  import ${name}`],
    ['by from', (name) => `def run(i):\n  from ${name} import x`],
    ['by __import__', (name) => `def run(i):\n  __import__("${name}")`],
    ['relative to it', (name) => `__package__ = "${name}"\ndef run(i):\n  from . import x`],
    ['of a part of it', (name) => `def run(i):\n  __import__("${name}.path")`],
    [
      'by importlib, had from elsewhere',
      (name) => `import sys\ndef run(i):\n  sys.modules["importlib"].import_module("${name}")`,
    ],
  ])('%s raises ImportError naming it', async (_, source) => {
    for (const name of ['os', 'subprocess', 'socket', 'ctypes']) {
      const { error } = await runPython(source(name));
      expect(error).toMatchObject({
        type: 'ImportError',
        message: expect.stringMatching(new RegExp(`^module '${name}(\\.path)?' is not available in the sandbox$`)),
        stack: expect.stringContaining('File "plugin.py", line'),
      });
    }
  });

  it('is refused for the whole list, and for the C halves of it', async () => {
    const names = [...ALL_BLOCKED_MODULES, ...RESTRICTED_MODULES, 'posix', '_socket', '_posixsubprocess', '_ctypes'];
    const source = `def run(names):
  reached = []
  for name in names:
    try: __import__(name); reached.append(name)
    except ImportError: pass
  return reached`;
    expect((await runPython(source, { input: names })).result).toEqual([]);
  });

  it('takes nothing away from the standard library', async () => {
    const source = `def run(names):
  failed = []
  for name in names:
    try: __import__(name)
    except BaseException as error: failed.append(name + ": " + str(error))
  return failed`;
    expect((await runPython(source, { input: STANDARD })).result).toEqual([]);
  });

  it('does not keep a plugin from a file of its own that Python has no module for', async () => {
    const files = { 'plugin.py': 'from constants import A\ndef run(i): return A', 'constants.py': 'A = 1' };
    expect(ALL_BLOCKED_MODULES).toContain('constants');
    expect((await runPython(files)).result).toBe(1);
    const shadow = { 'plugin.py': 'import os\ndef run(i): return 1', 'os.py': 'A = 1' };
    expect((await runPython(shadow)).error).toMatchObject({ type: 'ImportError' });
  });
});

describe("a plugin's code", () => {
  it.each(['exec("1")', 'eval("1")', 'breakpoint()', 'compile("1", "x", "eval")', '__builtins__["exec"]("1")'])(
    'has no %s',
    async (expression) => {
      const { error } = await runPython(`def run(i):\n  return ${expression}`);
      expect(error).toMatchObject({ type: expect.stringMatching(/^(NameError|KeyError)$/) });
    },
  );

  it('has none by import builtins either, and what the library needs of them works', async () => {
    const source = `import builtins, collections, dataclasses, enum, typing
assert not hasattr(builtins, "exec")
Pair = collections.namedtuple("Pair", "a b")
class Color(enum.Enum):
  RED = 1
@dataclasses.dataclass(frozen=True, order=True)
class Point:
  x: "int"
  color: Color = Color.RED
  tags: list = dataclasses.field(default_factory=list)
def run(i):
  return [dataclasses.asdict(Point(1))["x"], Pair(1, 2), Color(1).name, str(typing.get_type_hints(Point)["x"])]`;
    expect((await runPython(source)).result).toEqual([1, [1, 2], 'RED', "<class 'int'>"]);
  });

  it('opens no file without a grant, and a granted one by its path', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'agentmesh-python-'));
    const source = `def run(path):
  with open(path, "w") as file: file.write("kept")
  return open(path).read()`;
    const input = join(folder, 'note');
    for (const path of ['/etc/hostname', `${folder}x/note`, `${folder}/../note`, 3]) {
      const { error } = await runPython(source, { input: path, scratch: folder });
      expect(error).toMatchObject({ type: 'PermissionError' });
    }
    expect((await runPython(source, { input })).error).toMatchObject({ type: 'PermissionError' });
    expect((await runPython(source, { input, scratch: folder })).result).toBe('kept');
    expect(await readFile(input, 'utf8')).toBe('kept');
    expect((await runPython('def run(path):\n  return open(path).read()', { input, reads: [input] })).result).toBe(
      'kept',
    );
    await rm(folder, { recursive: true });
  });

  it('has granted variables in agentmesh.env, and no fetch that was not granted', async () => {
    const source = 'import agentmesh, os_ as _\ndef run(i): return [dict(agentmesh.env), hasattr(agentmesh, "fetch")]';
    const files = { 'plugin.py': source, 'os_.py': '' };
    expect((await runPython(files, { env: { TOKEN: 't' } })).result).toEqual([{ TOKEN: 't' }, false]);
    const { error } = await runPython('import agentmesh\ndef run(i): agentmesh.env["A"] = "b"');
    expect(error).toMatchObject({ type: 'TypeError' });
  });

  it('fetches through the host, and sees its refusal', async () => {
    const source = `from agentmesh import fetch, FetchError
def run(input):
  answer = fetch("https://api.example/x", method="POST", headers={"A": 1}, body="é")
  try: fetch("https://other.example/")
  except FetchError as error: refused = [error.code, str(error)]
  return [answer.status, answer.ok, answer.headers["x-two"], answer.json(), len(answer.bytes), refused]`;
    const { guest } = await startPython();
    sendCall(guest, source, { fetch: true });
    expect(await guest.next()).toEqual({
      kind: KIND.fetch,
      body: { url: 'https://api.example/x', method: 'POST', headers: [['A', '1']], body: 'w6k=' },
    });
    const headers = [
      ['X-Two', 'a'],
      ['x-two', 'b'],
    ];
    guest.send(KIND.fetched, { status: 201, headers, body: Buffer.from('{"n":1}').toString('base64') });
    expect(await guest.next()).toMatchObject({
      kind: KIND.fetch,
      body: { url: 'https://other.example/', method: 'GET' },
    });
    guest.send(KIND.fetched, { error: { code: 'PERMISSION_REFUSED', message: 'not granted' } });
    expect(await guest.next()).toEqual({
      kind: KIND.result,
      body: [201, true, 'a, b', { n: 1 }, 7, ['PERMISSION_REFUSED', 'not granted']],
    });
    expect(await guest.next()).toEqual({ kind: KIND.idle, body: {} });
    guest.kill();
  });
});

describe("a plugin's files", () => {
  it.each<[string, Record<string, string>]>([
    ['beside each other', { 'plugin.py': 'import helper\ndef run(i): return helper.A', 'helper.py': 'A = 1' }],
    [
      'in a package',
      {
        'plugin.py': 'from pkg.part import A\ndef run(i): return A',
        'pkg/__init__.py': '',
        'pkg/part.py': 'from . import other\nA = other.B',
        'pkg/other.py': 'B = 1',
      },
    ],
    [
      'in a folder without __init__.py',
      { 'plugin.py': 'import pkg.part\ndef run(i): return pkg.part.A', 'pkg/part.py': 'A = 1' },
    ],
    [
      'with an entry in a folder',
      { 'src/main.py': 'import helper\ndef run(i): return helper.A', 'src/helper.py': 'A = 1' },
    ],
    [
      'with an entry in a package',
      {
        'src/pkg/main.py': 'from .helper import A\ndef run(i): return A',
        'src/pkg/__init__.py': '',
        'src/pkg/helper.py': 'A = 1',
      },
    ],
    [
      'with a package as entry',
      { 'pkg/__init__.py': 'from .helper import A\ndef run(i): return A', 'pkg/helper.py': 'A = 1' },
    ],
    [
      'with the name of a module of the library',
      { 'plugin.py': 'import statistics\ndef run(i): return statistics.A', 'statistics.py': 'A = 1' },
    ],
    ['with an entry whose name is no identifier', { 'my-plugin.py': 'def run(i): return 1' }],
  ])('are found %s', async (_, files) => {
    expect((await runPython(files)).result).toBe(1);
  });

  it('lie nowhere, and are shown in tracebacks all the same', async () => {
    const source =
      'import traceback\ndef run(i):\n  try: 1 / 0\n  except ZeroDivisionError: return [__file__, "1 / 0" in traceback.format_exc()]';
    expect((await runPython(source)).result).toEqual(['/plugin/plugin.py', true]);
  });
});

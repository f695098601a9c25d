import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KIND } from './guest.js';
import { answerOf, callPython, runPython, sendCall, startPython } from './python.js';

const OS = "import sys\nos = sys.modules['os']\n";

describe('a Python guest', () => {
  it('is ready once it has shown that its children can start and signal nothing', async () => {
    const { guest, ready } = await startPython();
    expect(ready).toEqual({
      kind: KIND.ready,
      body: {
        protocol: 2,
        engine: 'python',
        version: expect.stringMatching(/^3\.\d+\.\d+$/),
        checks: 'empty-environment,no-processes,no-signals',
      },
    });
    guest.kill();
  });

  it('answers, then says that it is idle, call after call', async () => {
    const { guest } = await startPython();
    for (const input of [{ a: 1 }, [true, null, 1.5], 'é\ud83d\ude00']) {
      const answer = await callPython(guest, 'def run(input):\n  return {"got": input}', { input });
      expect(answer).toEqual({
        result: { got: input },
        logs: { stdout: '', stderr: '' },
        kinds: [KIND.result, KIND.idle],
      });
    }
    guest.kill();
  });

  it('loads a plugin and calls nothing when no function is named', async () => {
    expect(await runPython('print("loaded")', { function: null })).toMatchObject({
      result: null,
      logs: { stdout: 'loaded\n' },
    });
  });

  it('sends what is printed before the answer, by stream, also what goes past sys.stdout', async () => {
    const source = `${OS}def run(input):
  print("one")
  print("two", file=sys.stderr)
  os.write(1, b"three\\n")
  sys.stdout.write("no end of line")`;
    const answer = await runPython(source);
    expect(answer.logs).toEqual({ stdout: 'one\nthree\nno end of line', stderr: 'two\n' });
    expect(answer.kinds.slice(-2)).toEqual([KIND.result, KIND.idle]);
  });

  it('names the functions there are when it has none of the name: own and public ones', async () => {
    const source =
      'from json import dumps\nimport re\nX = 1\ndef run_(i): pass\ndef _hidden(i): pass\nclass Shape: pass';
    expect((await runPython(source)).error).toEqual({ kind: 'no-function', message: 'run_, Shape' });
    expect((await runPython(source, { function: 'dumps' })).error).toMatchObject({ kind: 'no-function' });
    expect((await runPython(source, { function: '_hidden' })).error).toMatchObject({ kind: 'no-function' });
    expect(
      (await runPython('from json import dumps\n__all__ = ["dumps"]', { function: 'dumps', input: 1 })).result,
    ).toBe('1');
  });

  it('has nothing of one call in the next', async () => {
    const { guest } = await startPython();
    const source = `import json, random, sys, uuid
json.count = getattr(json, "count", 0) + 1
sys.modules["os"].environ["LEFT"] = "behind"
def run(input):
  global run
  return [json.count, random.random(), str(uuid.uuid4()), len(sys.modules["os"].environ)]`;
    const first = (await callPython(guest, source)).result as unknown[];
    const second = (await callPython(guest, source)).result as unknown[];
    expect([first[0], second[0], second[3]]).toEqual([1, 1, 1]);
    expect(second[1]).not.toBe(first[1]);
    expect(second[2]).not.toBe(first[2]);
    guest.kill();
  });

  it('ends with its host, and the child of a call under way with it', async () => {
    const { guest } = await startPython();
    sendCall(guest, `${OS}def run(input):\n  print(os.getpid())\n  while True: pass`);
    const [log] = await guest.until(KIND.log);
    const pid = Number(answerOf(log === undefined ? [] : [log]).logs.stdout);
    expect(isRunning(pid)).toBe(true);
    guest.hangUp();
    await guest.exit;
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  it('ends when it is idle and the host goes, and for a frame out of turn', async () => {
    const { guest } = await startPython();
    guest.hangUp();
    expect(await guest.exit).toBe(0);
    const { guest: other } = await startPython();
    other.send(KIND.call, {});
    expect(await other.exit).toBe(0);
  });
});

/** A process that has ended may still wait for its parent to hear of it. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('what a plugin raises', () => {
  it('is told with type, message and its own lines, innermost first', async () => {
    const source = 'import json\ndef inner(text):\n  return json.loads(text)\ndef run(input):\n  return inner("{")';
    expect((await runPython(source)).error).toEqual({
      kind: 'plugin',
      type: 'JSONDecodeError',
      message: expect.stringContaining('Expecting property name'),
      stack: 'File "plugin.py", line 3, in inner\nFile "plugin.py", line 5, in run',
    });
  });

  it('while loading names the line, also of a file that cannot be parsed', async () => {
    const files = { 'plugin.py': 'import helper', 'helper.py': 'x = 1\ndef (:' };
    expect((await runPython(files)).error).toMatchObject({
      type: 'SyntaxError',
      stack: 'File "helper.py", line 2, in <module>\nFile "plugin.py", line 1, in <module>',
    });
  });

  it.each<[string, string, string]>([
    ['sys.exit(3)', 'import sys\ndef run(i):\n  sys.exit(3)', 'SystemExit'],
    ['KeyboardInterrupt', 'def run(i):\n  raise KeyboardInterrupt', 'KeyboardInterrupt'],
    ['endless recursion', 'def run(i):\n  return run(i)', 'RecursionError'],
    [
      'a class whose text raises',
      'class E(BaseException):\n  def __str__(self): raise KeyboardInterrupt\n  __repr__ = __str__\ndef run(i):\n  raise E()',
      'E',
    ],
    [
      'a class whose name lies',
      'class M(type):\n  __name__ = property(lambda c: 1/0)\nclass E(Exception, metaclass=M): pass\ndef run(i):\n  raise E("x")',
      'E',
    ],
    [
      'a text that is no str',
      'class T(str):\n  def __str__(self): return self\n  def __getitem__(self, i): raise MemoryError\nclass E(Exception):\n  def __str__(self): return T("x")\ndef run(i):\n  raise E()',
      'E',
    ],
    [
      'a traceback that lies',
      'class E(Exception):\n  __traceback__ = property(lambda e: 1/0)\ndef run(i):\n  raise E()',
      'E',
    ],
  ])('%s', async (_, source, type) => {
    expect((await runPython(source)).error).toMatchObject({ kind: 'plugin', type, message: expect.any(String) });
  });

  it('is cut to the length asked for', async () => {
    const { error } = await runPython('def run(i):\n  raise ValueError("\\U0001f600" * 100)', { errorUnits: 11 });
    expect((error as { message: string }).message).toHaveLength(11);
  });
});

describe('a result', () => {
  it.each<[string, string, unknown]>([
    ['a tuple', '(1, (2,))', [1, [2]]],
    ['numbers as keys', '{1: "a", 2.5: "b", None: "c", True: "d"}', { 1: 'd', 2.5: 'b', null: 'c' }],
    ['the envelope itself', '{"result": {"a": 1}}', { a: 1 }],
    ['no envelope', '{"result": 1, "more": 2}', { result: 1, more: 2 }],
    ['None', 'None', null],
    ['half a pair of surrogates', '"\\ud800x"', '\ud800x'],
    ['the largest safe integers', '[2**53 - 1, -2**53 + 1, 0.1 + 0.2]', [2 ** 53 - 1, -(2 ** 53) + 1, 0.1 + 0.2]],
    ['an own __proto__', '{"__proto__": {"x": 1}}', JSON.parse('{"__proto__": {"x": 1}}')],
  ])('%s', async (_, expression, expected) => {
    expect((await runPython(`def run(i):\n  return ${expression}`)).result).toEqual(expected);
  });

  it.each<[string, string, RegExp]>([
    ['NaN', '[float("nan")]', /not JSON compliant/],
    ['Infinity', '{"a": float("inf")}', /not JSON compliant/],
    ['a set', '{"s": {1}}', /a set is no JSON value/],
    ['bytes', 'b"x"', /a bytes is no JSON value/],
    ['a function', 'run', /a function is no JSON value/],
    ['a coroutine', '(lambda: (yield))()', /a generator is no JSON value/],
    ['a circle', '(lambda a: a.append(a) or a)([])', /Circular/],
    ['an integer that would be rounded', '2**53', /9007199254740992 is larger than/],
    ['an integer of more digits than Python prints', '10**5000', /4300 digits/],
    ['more bytes than allowed', '"x" * 100', /larger than 50 bytes/],
    ['nesting without end', '__import__("functools").reduce(lambda a, _: [a], range(100000), 0)', /nested too deep/],
  ])('is refused: %s', async (_, expression, message) => {
    const { error } = await runPython(`def run(i):\n  return ${expression}`, { resultBytes: 50 });
    expect(error).toEqual({ kind: 'invalid-output', message: expect.stringMatching(message) });
  });

  it.each<[string, string]>([
    ['json.dumps', 'import json\n  json.dumps = lambda *a, **k: "SPOOFED"'],
    ['the encoder', 'import json\n  json.encoder.c_make_encoder = json.JSONEncoder.encode = lambda *a, **k: "SPOOFED"'],
    [
      'isinstance and len',
      'import builtins, sys\n  sys.modules["builtins"].isinstance = sys.modules["builtins"].len = lambda *a: 1',
    ],
    ['str', 'import sys\n  sys.modules["builtins"].str = lambda *a: "SPOOFED"'],
    ['os.write', 'import sys\n  sys.modules["os"].write = lambda fd, data: len(data)'],
    ['a trace function', 'import sys\n  sys.settrace(lambda *a: 1 / 0)'],
  ])('is not changed by a patched %s', async (_, patch) => {
    expect((await runPython(`def run(i):\n  ${patch}\n  return {"v": "honest"}`)).result).toEqual({ v: 'honest' });
  });
});

import { describe, expect, it } from 'vitest';
import { KIND } from './guest.js';
import { callPython, sendCall, startPython } from './python.js';

const OS = "import sys\nos = sys.modules['os']\n";

describe('a plugin that goes past the guards of Python', () => {
  it.each<[string, string]>([
    ['fork', 'os.fork()'],
    ['vfork and exec', 'os.posix_spawn("/bin/true", ["true"], {})'],
    ['subprocess', 'sys.modules["importlib"]._bootstrap._gcd_import("subprocess").run(["/bin/true"])'],
    ['exec', 'os.execv("/bin/true", ["true"])'],
    ['kill of the parent', 'os.kill(os.getppid(), 9)'],
    ['kill of all', 'os.kill(-1, 9)'],
    ['a signal to itself', 'os.kill(os.getpid(), 9)'],
    [
      'limits of the parent',
      'sys.modules["importlib"]._bootstrap._gcd_import("resource").prlimit(os.getppid(), 0, (1, 1))',
    ],
    ['a session of its own', 'os.setsid()'],
    ['priorities', 'os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)'],
    ['a socket', 'sys.modules["importlib"]._bootstrap._gcd_import("_socket").socket(2, 1, 0)'],
    ['a pair of sockets', 'sys.modules["importlib"]._bootstrap._gcd_import("_socket").socketpair()'],
  ])('is refused %s by the kernel', async (_, attempt) => {
    const { guest } = await startPython();
    const source = `${OS}def run(input):\n  try:\n    ${attempt}\n    return "done"\n  except OSError as error:\n    return error.errno`;
    expect((await callPython(guest, source)).result).toBe(1);
    expect((await callPython(guest, 'def run(i):\n  return "next"')).result).toBe('next');
    guest.kill();
  });

  it('may have threads, which do not hold up its answer', async () => {
    const { guest } = await startPython();
    const source = `import _thread, time
def work():
  while True: time.sleep(0.001)
def run(input):
  _thread.start_new_thread(work, ())
  return "answered"`;
    expect(await callPython(guest, source)).toMatchObject({ result: 'answered', kinds: [KIND.result, KIND.idle] });
    expect((await callPython(guest, 'def run(i):\n  return 1')).result).toBe(1);
    guest.kill();
  });

  it('that leaves without an answer takes the guest with it, and its exit code is told', async () => {
    const { guest } = await startPython();
    const answer = await callPython(guest, `${OS}def run(input):\n  print("last words", flush=True)\n  os._exit(7)`);
    expect(answer).toEqual({ logs: { stdout: 'last words\n', stderr: '' }, kinds: [KIND.log] });
    expect(await guest.exit).toBe(7);
  });

  it('that overflows the stack crashes itself alone', async () => {
    const { guest } = await startPython();
    const nest = 'a = []\n  for _ in range(10**6): a = [a]';
    const source = `import sys\nsys.setrecursionlimit(10**9)\ndef run(i):\n  ${nest}\n  return repr(a)`;
    const answer = await callPython(guest, source);
    expect(answer).toEqual({ logs: { stdout: '', stderr: '' }, kinds: [] });
    expect(await guest.exit).toBe(139);
  });

  it('cannot forge an answer by writing frames to every descriptor', async () => {
    const source = `${OS}import struct
def run(input):
  j = b'{"result": "SPOOFED", "id": 1}'
  for fd in range(0, 32):
    for m in (j + b"\\n", struct.pack("<I", len(j)) + j, struct.pack(">I", len(j)) + j):
      try: os.write(fd, m)
      except OSError: pass
  return "honest"`;
    const { guest } = await startPython();
    const { kinds } = await callPython(guest, source);
    expect(kinds.filter((kind) => kind !== KIND.log)).toEqual([]);
    expect(await guest.exit).toBe(70);
  });

  it('cannot claim more bytes than any answer has: the server ends', async () => {
    const { guest } = await startPython();
    sendCall(guest, `${OS}os.write(3, b"\\xff\\xff\\xff\\xff\\x03")`);
    expect(await guest.exit).toBe(70);
  });

  it('finds no descriptor but its own', async () => {
    const source = `${OS}def run(input):
  found = []
  for fd in range(64):
    try: found.append((fd, os.fstat(fd).st_mode >> 12))
    except OSError: pass
  return found`;
    const { guest } = await startPython();
    // 0 is the null device; 1 to 4 are pipes to the server. The second child was made during the first one's call.
    const own = [[0, 2], ...[1, 2, 3, 4].map((fd) => [fd, 1])];
    for (let call = 0; call < 3; call += 1) expect((await callPython(guest, source)).result).toEqual(own);
    guest.kill();
  });

  it('that prints without end is heard while it prints', async () => {
    const { guest } = await startPython();
    sendCall(guest, 'while True: print("x" * 1000)');
    for (let frames = 0; frames < 100; frames += 1) expect((await guest.next())?.kind).toBe(KIND.log);
    guest.kill();
  });
});

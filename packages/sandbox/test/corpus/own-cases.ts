import { abiModule } from './adapt-case.js';
import type { EscapeCase } from './escape-case.js';

type Draft = Pick<EscapeCase, 'id' | 'technique' | 'code' | 'oracle'> & Partial<EscapeCase>;

function python(draft: Draft): EscapeCase {
  return { lang: 'python', format: 'py', category: 'own', severity: 'high', entry: 'run', ...draft };
}

function javascript(draft: Draft): EscapeCase {
  return { lang: 'javascript', format: 'cjs', category: 'own', severity: 'high', entry: 'run', ...draft };
}

function wasm(draft: Draft): EscapeCase {
  return { lang: 'wasm', format: 'wat', category: 'own', severity: 'high', entry: 'run', ...draft };
}

/** The way around the import guard: everything that Python's guard denies is still in the process. */
const TAKE_OVER = `import sys
def real_import(name):
    for frame in iterate_frames():
        found = frame.f_builtins.get("__import__")
        module = getattr(found, "__closure__", None)
        for cell in module or ():
            if callable(cell.cell_contents) and getattr(cell.cell_contents, "__name__", "") == "__import__":
                return cell.cell_contents(name)
    raise RuntimeError("no way")
def iterate_frames():
    frame = sys._getframe()
    while frame:
        yield frame
        frame = frame.f_back
def libc():
    ctypes = real_import("ctypes")
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    return ctypes, library
`;

/** Cases of our own, beyond the shared corpus: what an enemy tries who knows this sandbox. Same form, same judge. */
export const OWN_CASES: readonly EscapeCase[] = [...pythonCases(), ...javascriptCases(), ...wasmCases()];

function pythonCases(): EscapeCase[] {
  return [
    python({
      id: 'own-py-take-over',
      technique: 'the real import from a closure: what the language guard denies is reached, and the box has to hold',
      code: `${TAKE_OVER}
def run(input):
    os = real_import("os")
    try:
        return open.__closure__[1].cell_contents(input["secretFile"]).read()
    except Exception:
        return os.read(os.open(input["secretFile"], 0), 400).decode()`,
      oracle: { kind: 'leak', canary: 'file' },
      severity: 'critical',
    }),
    python({
      id: 'own-py-signal-by-descriptor',
      technique: 'F_SETOWN and F_SETSIG: a signal to another process without kill(2)',
      code: `${TAKE_OVER}
def run(input):
    os, fcntl = real_import("os"), real_import("fcntl")
    r, w = os.pipe()
    done = []
    for pid in range(1, 40):
        if pid == os.getpid():
            continue
        try:
            fcntl.fcntl(r, 8, pid)
            fcntl.fcntl(r, 10, 9)
            fcntl.fcntl(r, 4, 0x2000)
            os.write(w, b"x")
            done.append(pid)
        except OSError:
            pass
    return "SIGNALLED" if done else "none"`,
      oracle: { kind: 'reply', forbid: 'SIGNALLED' },
    }),
    python({
      id: 'own-py-limits-of-others',
      technique: 'prlimit on every other process: the next call would die',
      code: `${TAKE_OVER}
def run(input):
    resource = real_import("resource")
    os = real_import("os")
    done = []
    for pid in range(1, 40):
        try:
            if pid != os.getpid():
                resource.prlimit(pid, resource.RLIMIT_CPU, (0, 0))
                done.append(pid)
        except (OSError, PermissionError, ValueError):
            pass
    return "LIMITED" if done else "none"`,
      oracle: { kind: 'reply', forbid: 'LIMITED' },
    }),
    python({
      id: 'own-py-answer-and-stay',
      technique: 'sends its answer below the guest and goes on running: the next call must not wait for it',
      code: `${TAKE_OVER}
def run(input):
    os = real_import("os")
    os.write(3, bytes([0, 0, 0, 4, 3]) + b'"ok"')
    while True:
        pass`,
      oracle: { kind: 'reply-self' },
    }),
    python({
      id: 'own-py-answer-for-the-next',
      technique: 'sends two answers, an IDLE and more: none of it may reach the next call',
      code: `${TAKE_OVER}
def run(input):
    os = real_import("os")
    for fd in range(3, 10):
        try:
            os.write(fd, bytes([0, 0, 0, 4, 3]) + b'"ok"' + bytes([0, 0, 0, 2, 8]) + b"{}" + bytes([0, 0, 0, 9, 3]) + b'"SPOOFED"')
        except OSError:
            pass
    return "honest"`,
      oracle: { kind: 'reply-self' },
    }),
    python({
      id: 'own-py-system-calls',
      technique: 'every system call that reaches out of a process, by number',
      code: `${TAKE_OVER}
CALLS = {"socket": (41, 2, 1, 0), "socketpair": (53, 1, 1, 0), "ptrace": (101, 16, 1), "process_vm_readv": (310, 1, 0, 0, 0, 0, 0), "memfd_create": (319, 0, 0),
  "userfaultfd": (323, 0), "bpf": (321, 0, 0, 0), "keyctl": (250, 0, -3, 0), "add_key": (248, 0, 0, 0, 0, -3), "io_uring_setup": (425, 1, 0), "unshare": (272, 0x10000000), "mount": (165, 0, 0, 0, 0, 0),
  "setns": (308, 0, 0), "kill": (62, 1, 0), "tgkill": (234, 1, 1, 0), "pidfd_open": (434, 1, 0), "perf_event_open": (298, 0, 0, -1, -1, 0), "open_by_handle_at": (304, 0, 0, 0), "name_to_handle_at": (303, -100, 0, 0, 0, 0),
  "fork": (57,), "vfork": (58,), "setuid": (105, 0), "chroot": (161, 0), "pivot_root": (155, 0, 0), "personality": (135, 0x0400000), "shmget": (29, 0, 4096, 0o1600), "msgget": (68, 0, 0o1600), "semget": (64, 0, 1, 0o1600),
  "mq_open": (240, 0, 0, 0, 0), "inotify_init": (253,), "fanotify_init": (300, 0, 0), "timer_create": (222, 0, 0, 0), "signalfd4": (289, -1, 0, 8, 0), "vmsplice": (278, 1, 0, 0, 0), "splice": (275, 0, 0, 1, 0, 1, 0), "tee": (276, 0, 1, 1, 0),
  "landlock_create_ruleset": (444, 0, 0, 1), "setsid": (112,), "sched_setaffinity": (203, 1, 8, 0), "setpriority": (141, 0, 1, 19), "ioprio_set": (251, 1, 1, 0), "kcmp": (312, 1, 1, 0, 0, 0), "execve": (59, 0, 0, 0), "memfd_secret": (447, 0)}
def run(input):
    ctypes, library = libc()
    reached = []
    for name, (number, *rest) in CALLS.items():
        ctypes.set_errno(0)
        answer = library.syscall(number, *[ctypes.c_long(x) for x in rest])
        if answer == 0 and name in ("fork", "vfork"):
            library.syscall(60, 0)
        if answer >= 0 or ctypes.get_errno() not in (1, 38):
            reached.append("%s: %d (%d)" % (name, answer, ctypes.get_errno()))
    return "REACHED " + ", ".join(reached) if reached else "none"`,
      oracle: { kind: 'reply', forbid: 'REACHED' },
      severity: 'critical',
    }),
    python({
      id: 'own-py-32-bit-calls',
      technique:
        'a system call of the 32-bit interface, from machine code of its own: the filter has to see the architecture',
      code: `${TAKE_OVER}
def run(input):
    ctypes, library = libc()
    mmap = real_import("mmap")
    # mov eax, 20 (getpid of i386); int 0x80; ret
    code = b"\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3"
    page = mmap.mmap(-1, 4096, flags=0x22, prot=7)
    page.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    return "REACHED %d" % ctypes.CFUNCTYPE(ctypes.c_long)(address)()`,
      oracle: { kind: 'must-error' },
      severity: 'critical',
    }),
    python({
      id: 'own-py-look-around',
      technique: 'every name in the file system: nothing of the host may be in it',
      code: `${TAKE_OVER}
def run(input):
    os = real_import("os")
    names = []
    for folder, folders, files in os.walk("/"):
        names += [os.path.join(folder, name) for name in folders + files]
    host = [name for name in names if not name.startswith(("/agentmesh", "/lib", "/usr/lib", "/usr"))]
    wanted = [input["secretDir"].split("/")[1], "home", "root", "etc", "var", "proc", "sys", "dev"]
    return "HOST " + ", ".join(host[:20]) if any(name.split("/")[1] in wanted for name in host) else "none"`,
      oracle: { kind: 'reply', forbid: 'HOST' },
    }),
    python({
      id: 'own-py-shared-memory',
      technique: 'memory that no private page counts: shared mappings and pipes',
      code: `${TAKE_OVER}
def run(input):
    mmap, os = real_import("mmap"), real_import("os")
    held = []
    for _ in range(40):
        page = mmap.mmap(-1, 64 << 20)
        page[:] = bytes(64 << 20)
        held.append(page)
    return len(held)`,
      oracle: { kind: 'mem' },
    }),
    python({
      id: 'own-py-page-tables',
      technique: 'a read-only mapping of terabytes: no page counts, but the tables do',
      code: `${TAKE_OVER}
def run(input):
    ctypes, library = libc()
    library.mmap.restype = ctypes.c_void_p
    library.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
    size = 1 << 40
    address = library.mmap(None, size, 1, 0x4022, -1, 0)
    if address in (None, 2 ** 64 - 1):
        return "no mapping"
    view = memoryview((ctypes.c_char * size).from_address(address)).cast("B")
    total = 0
    for start in range(0, size, 1 << 32):
        total += len(bytes(view[start:start + (1 << 32):4096]))
    return total`,
      oracle: { kind: 'mem' },
    }),
    python({
      id: 'own-py-threads',
      technique: 'two hundred threads that spin',
      code: `import threading
def run(input):
    n = 0
    def spin():
        while True:
            pass
    for _ in range(200):
        try:
            threading.Thread(target=spin, daemon=True).start()
            n += 1
        except RuntimeError:
            break
    return "THREADS:%d" % n`,
      oracle: { kind: 'bounded' },
    }),
    python({
      id: 'own-py-scratch-files',
      technique: 'a hundred thousand empty files in scratch space: its size counts bytes, not files',
      permissions: { scratch: 1_048_576, memory: 16_777_216 },
      code: `def run(input):
    n = 0
    try:
        for n in range(100000):
            open("/scratch/%d" % n, "w").close()
    except OSError:
        return "stopped at %d" % n
    return "FILES 100000"`,
      oracle: { kind: 'reply', forbid: 'FILES' },
    }),
    python({
      id: 'own-py-scratch-carried',
      technique: 'a file in scratch space is still there in the next call',
      permissions: { scratch: 1_048_576 },
      code: `def run(input):
    try:
        open("/scratch/mark").close()
        return "CARRIED"
    except OSError:
        open("/scratch/mark", "w").close()
        return "fresh"`,
      oracle: { kind: 'carryover', expect: 'CARRIED' },
    }),
    python({
      id: 'own-py-scratch-size',
      technique: 'more bytes than the scratch space has',
      permissions: { scratch: 1_048_576 },
      code: `def run(input):
    try:
        with open("/scratch/big", "wb") as file:
            for _ in range(64):
                file.write(bytes(1 << 20))
    except OSError:
        return "stopped"
    return "WROTE"`,
      oracle: { kind: 'reply', forbid: 'WROTE' },
    }),
  ];
}

function javascriptCases(): EscapeCase[] {
  return [
    javascript({
      id: 'own-js-log-objects',
      technique: 'what is printed has getters, proxies and conversions that throw, loop and print again',
      code: `exports.run = () => { const p = new Proxy({}, { get() { throw p; }, ownKeys() { throw p; }, getPrototypeOf() { throw p; } });
  for (const x of [p, { get a() { throw 1; } }, { toString() { console.log('x'); return {}; } }, Symbol('s'), Object.create(null), [p], new Error('e', { cause: p }), () => p]) { try { console.log(x); console.error('%s %d %o', x, x, x); } catch {} } return 'honest'; };`,
      oracle: { kind: 'shape' },
    }),
    javascript({
      id: 'own-js-bigint',
      technique: 'arithmetic that no interrupt reaches',
      code: 'exports.run = () => { let n = 3n; for (;;) n = n ** 3n; };',
      oracle: { kind: 'hang' },
    }),
    javascript({
      id: 'own-js-sort',
      technique: 'a comparison that never ends, in a sort',
      code: 'exports.run = () => [3, 1, 2].sort(() => { for (;;); });',
      oracle: { kind: 'hang' },
    }),
    javascript({
      id: 'own-js-atomics-wait',
      technique: 'Atomics.wait stops the thread, not the processor',
      code: 'exports.run = () => { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); return 1; };',
      oracle: { kind: 'shape' },
    }),
    javascript({
      id: 'own-js-typed-arrays',
      technique: 'buffers until there is no more',
      code: 'exports.run = () => { const all = []; for (;;) all.push(new Uint8Array(1 << 24).fill(1)); };',
      oracle: { kind: 'mem' },
    }),
    javascript({
      id: 'own-js-ropes',
      technique: 'a string that doubles, then is looked at',
      code: `exports.run = () => { const all = []; for (let i = 0; ; i++) { let s = 'ab' + i; while (s.length < 1 << 26) s += s; s.charCodeAt(5); all.push(s.split('').length); } };`,
      oracle: { kind: 'mem' },
    }),
    javascript({
      id: 'own-js-sparse',
      technique: 'arrays of the largest length, filled',
      code: 'exports.run = () => { const a = []; a.length = 2 ** 32 - 1; return a.fill(1).length; };',
      oracle: { kind: 'mem' },
    }),
    javascript({
      id: 'own-js-wasm-compile',
      technique: 'a module of a hundred thousand functions, compiled',
      code: `exports.run = async () => { if (typeof WebAssembly === 'undefined') throw new Error('none'); const leb = (n) => { const out = []; do { let b = n & 127; n >>>= 7; if (n) b |= 128; out.push(b); } while (n); return out; };
  const N = 100000, section = (id, body) => [id, ...leb(body.length), ...body]; const funcs = [...leb(N)], codes = [...leb(N)]; const body = [1, 208, 134, 3, 127, 11];
  for (let i = 0; i < N; i++) { funcs.push(0); codes.push(...leb(body.length)); for (const b of body) codes.push(b); }
  const head = [0, 97, 115, 109, 1, 0, 0, 0, ...section(1, [1, 96, 0, 0])]; const f = section(3, []); const bytes = Uint8Array.from([].concat(head, [3, ...leb(funcs.length)], funcs, [10, ...leb(codes.length)], codes)); await WebAssembly.compile(bytes); return 'compiled'; };`,
      oracle: { kind: 'mem' },
    }),
    javascript({
      id: 'own-js-then-proto',
      technique: 'then on Object.prototype: the runner awaits plain objects',
      code: `exports.run = () => { let n = 0; Object.defineProperty(Object.prototype, 'then', { configurable: true, value(r) { if (n++ < 5) r({ result: 'SPOOFED' }); else r('SPOOFED'); } }); return { v: 'honest' }; };`,
      oracle: { kind: 'shape' },
    }),
    javascript({
      id: 'own-js-frames-by-log',
      technique: 'what is printed looks like frames',
      code: `exports.run = () => { for (let i = 0; i < 50; i++) console.log('\\u0000\\u0000\\u0000\\u0009\\u0003"SPOOFED"\\u0000\\u0000\\u0000\\u0002\\u0008{}'); return 'honest'; };`,
      oracle: { kind: 'reply', forbid: 'SPOOFED' },
    }),
    javascript({
      id: 'own-js-carry-intrinsics',
      technique: 'every intrinsic that can be changed is, for the next call',
      code: `exports.run = () => { const seen = [].concat.zz || Promise.zz || JSON.zz || Math.zz || Map.prototype.zz || Error.zz || RegExp.zz || Symbol.for('zz').description === 'x' || Date.zz ? 'CARRIED' : 'fresh'; for (const o of [[].concat, Promise, JSON, Math, Map.prototype, Error, RegExp, Date]) { try { o.zz = 1; } catch {} } return seen; };`,
      oracle: { kind: 'carryover', expect: 'CARRIED' },
    }),
    javascript({
      id: 'own-js-carry-regexp-statics',
      technique: 'static properties of RegExp remember the last match',
      code: `exports.run = () => { const seen = RegExp.$1 === 'CARR' || RegExp.lastMatch === 'CARR' ? 'CARRIED' : 'fresh'; /(CARR)/.exec('xCARRx'); return seen; };`,
      oracle: { kind: 'carryover', expect: 'CARRIED' },
    }),
  ];
}

function wasmCases(): EscapeCase[] {
  return [
    wasm({
      id: 'own-wasm-start-loop',
      technique: 'a start function that never ends: it runs when the module is instantiated',
      code: abiModule('(i64.const 0)', '(start $spin) (func $spin (loop $again (br $again)))'),
      oracle: { kind: 'hang' },
    }),
    wasm({
      id: 'own-wasm-grow',
      technique: 'memory until there is no more, every page touched',
      code: abiModule(
        `(loop $again (if (i32.ne (memory.grow (i32.const 16)) (i32.const -1)) (then
          (memory.fill (i32.shl (i32.sub (memory.size) (i32.const 16)) (i32.const 16)) (i32.const 1) (i32.const 1048576)) (br $again))))
        (i64.const 0)`,
      ),
      oracle: { kind: 'mem' },
    }),
    wasm({
      id: 'own-wasm-recursion',
      technique: 'recursion without an end',
      code: abiModule('(call $run (local.get $at) (local.get $size))'),
      oracle: { kind: 'must-error' },
    }),
    wasm({
      id: 'own-wasm-outside',
      technique: 'a result that lies beyond its memory',
      code: abiModule('(i64.const 0xfffffff0ffffffff)'),
      oracle: { kind: 'must-error' },
    }),
    wasm({
      id: 'own-wasm-whole-memory',
      technique: 'a result of four gigabytes',
      code: abiModule('(i64.const 0xffffffff)'),
      oracle: { kind: 'must-error' },
    }),
    wasm({
      id: 'own-wasm-log-outside',
      technique: 'prints what lies beyond its memory',
      code: abiModule(
        '(call $log (i32.const 1) (i32.const 131000) (i32.const 65536)) (i64.const 0)',
        '(import "agentmesh" "log" (func $log (param i32 i32 i32)))',
      ),
      oracle: { kind: 'must-error' },
    }),
    wasm({
      id: 'own-wasm-flood',
      technique: 'prints without an end',
      code: abiModule(
        '(loop $again (call $log (i32.const 1) (i32.const 0) (i32.const 65536)) (br $again)) (i64.const 0)',
        '(import "agentmesh" "log" (func $log (param i32 i32 i32)))',
      ),
      oracle: { kind: 'bounded-output' },
    }),
    wasm({
      id: 'own-wasm-wasi',
      technique: 'imports of another host: WASI',
      code: abiModule(
        '(i64.const 0)',
        '(import "wasi_snapshot_preview1" "path_open" (func (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))',
      ),
      oracle: { kind: 'must-error' },
    }),
    wasm({
      id: 'own-wasm-table',
      technique: 'a table of the largest size',
      code: abiModule('(i64.const 0)', '(table 10000000 funcref)'),
      oracle: { kind: 'mem' },
    }),
    wasm({
      id: 'own-wasm-carry',
      technique: 'a global and memory that outlive the call',
      code: abiModule(
        `(if (result i64) (i32.or (global.get $n) (i32.load8_u (i32.const 8))) (then (i64.const 0x1000000009)) (else
          (global.set $n (i32.const 1)) (i32.store8 (i32.const 8) (i32.const 1)) (i64.const 0)))`,
        '(global $n (mut i32) (i32.const 0)) (data (i32.const 16) "\\22CARRIED\\22")',
      ),
      oracle: { kind: 'carryover', expect: 'CARRIED' },
    }),
  ];
}

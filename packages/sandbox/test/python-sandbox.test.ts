import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { freshFolder, sandboxWith } from './box.js';

const OS = "import sys\nos = sys.modules['os']\n";
const POOLED = { isolation: 'os-strict', pool: { python: 1 } } as const;
const EXAMPLE = new URL('../../../examples/plugins/response-length-validator-py/', import.meta.url);

function plugin(source: string, permissions = {}): { files: Record<string, string>; manifest: object } {
  return { files: { 'plugin_under_test.py': source }, manifest: { permissions } };
}

describe('a Python plugin in a box', () => {
  it('answers as its JavaScript twin does', async () => {
    const source = await readFile(fileURLToPath(new URL('response_length_validator.py', EXAMPLE)), 'utf8');
    const { sandbox, plugin: name } = await sandboxWith(
      { name: 'response-length-validator', files: { 'response_length_validator.py': source } },
      POOLED,
    );
    const call = (input: object) => sandbox.execute({ plugin: name, function: 'validate', input });
    expect(await call({ response: 'This is a short response.', max_words: 500 })).toMatchObject({
      result: { valid: true, word_count: 5, message: 'OK — 5 words (limit: 500)' },
      isolation: 'os-strict',
    });
    expect((await call({ response: 'one two three', max_words: 2 })).result).toEqual({
      valid: false,
      word_count: 3,
      message: 'Too long — 3 words exceeds limit of 2',
    });
  });

  it('finds no file, no process and no network of the host', async () => {
    const source = `${OS}def run(input):
  found = [name for name in os.listdir("/")]
  for path in ("/etc/passwd", "/proc/self/status", "/dev/null", "/home", "/root", "/tmp"):
    try: os.stat(path); found.append(path)
    except OSError: pass
  return [sorted(found), os.getppid(), len(os.environ)]`;
    const { sandbox, plugin: name } = await sandboxWith(plugin(source), POOLED);
    const { result } = await sandbox.execute({ plugin: name, function: 'run' });
    expect(result).toEqual([expect.not.arrayContaining(['/etc/passwd', '/tmp', 'etc', 'home', 'proc']), 1, 0]);
  });

  it.each<[string, string, string]>([
    ['an endless loop', 'while True: pass', 'SANDBOX_TIMEOUT'],
    ['arithmetic that holds the interpreter', 'return 10 ** (10 ** 9) % 7', 'SANDBOX_TIMEOUT'],
    ['a memory bomb', 'a = []\n  while True: a.append(bytearray(b"x") * (1 << 20))', 'SANDBOX_MEMORY'],
    ['a bomb in large pieces', 'a = [bytearray(b"x") * (64 << 20) for _ in range(160)]', 'SANDBOX_MEMORY'],
    ['endless printing', 'while True: print("x" * 10000)', 'SANDBOX_OUTPUT_LIMIT'],
    ['an exit', `__import__("sys").modules["os"]._exit(0)`, 'SANDBOX_CRASH'],
    ['a forged frame', `__import__("sys").modules["os"].write(3, b"\\x00\\x00\\x00\\x02\\x08{}")`, 'SANDBOX_PROTOCOL'],
  ])('ends for %s, and the next call is served', async (_, statement, code) => {
    const source = `def run(input):\n  ${statement}\ndef fine(input):\n  return input`;
    const { sandbox, plugin: name } = await sandboxWith(plugin(source), { ...POOLED, timeoutMs: 2000 });
    await expect(sandbox.execute({ plugin: name, function: 'run' })).rejects.toMatchObject({ code });
    expect((await sandbox.execute({ plugin: name, function: 'fine', input: 7 })).result).toBe(7);
  });

  it('an object that is too large by itself is its own error', async () => {
    const { sandbox, plugin: name } = await sandboxWith(plugin('def run(i):\n  return bytearray(10**11)'), POOLED);
    expect((await sandbox.execute({ plugin: name, function: 'run' })).error).toMatchObject({ type: 'MemoryError' });
  });

  it('reads what it was granted, writes to its scratch space, and has both in no other call', async () => {
    const workspaceDir = await freshFolder();
    // As root the guest is another user, who has to get there.
    await chmod(workspaceDir, 0o755);
    await mkdir(join(workspaceDir, 'docs'));
    await writeFile(join(workspaceDir, 'docs/note.txt'), 'noted');
    await writeFile(join(workspaceDir, 'secret.txt'), 'secret');
    const source = `import pathlib
def run(input):
  kept = pathlib.Path("/scratch/kept")
  before = kept.exists()
  with open("/scratch/kept", "w") as file: file.write("x")
  try: open("/workspace/secret.txt"); secret = True
  except OSError: secret = False
  try: open("/workspace/docs/new", "w"); written = True
  except OSError: written = False
  return [open("/workspace/docs/note.txt").read(), before, kept.read_text(), secret, written]`;
    const permissions = { read: ['docs'], scratch: 1024 * 1024 };
    const { sandbox, plugin: name } = await sandboxWith(plugin(source, permissions), { ...POOLED, workspaceDir });
    for (let call = 0; call < 2; call += 1) {
      expect(await sandbox.execute({ plugin: name, function: 'run' })).toMatchObject({
        result: ['noted', false, 'x', false, false],
      });
    }
  });
});

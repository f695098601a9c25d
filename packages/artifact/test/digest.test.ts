import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { digestFiles, digestTree, listTree } from '@agentmesh/artifact';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './temporary-folder.js';
import { writeFiles } from './write-files.js';

const HELLO = '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03'; // "hello\n"
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'; // ""

describe('the tree digest', () => {
  it('is base64 of the SHA-256 of sorted "<hex>  <path>" lines, without the root manifest', async () => {
    const dir = await writeFiles(await temporaryFolder(), {
      'b.txt': '',
      'a/hello.txt': 'hello\n',
      'agent-plugin.yaml': 'name: x\n',
    });
    const lines = `${HELLO}  a/hello.txt\n${EMPTY}  b.txt\n`;
    expect(await digestTree(dir)).toBe(`h1:${createHash('sha256').update(lines).digest('base64')}`);
    expect(await digestTree(dir)).toBe('h1:20qyopAI5cVUKiShSkHsRsAotSeO4Gg1bcNFq+7Hrgo=');
  });

  it('is what sha256sum prints, hashed', async () => {
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`d${i % 7}/é ${i}.txt`, `content ${i}`]));
    const dir = await writeFiles(await temporaryFolder(), files);
    const paths = Object.keys(files).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const { stdout } = await promisify(execFile)('sha256sum', ['--', ...paths], { cwd: dir });
    expect(await digestTree(dir)).toBe(`h1:${createHash('sha256').update(stdout).digest('base64')}`);
  });

  it('orders paths by their bytes, also where UTF-16 would order them otherwise', async () => {
    const dir = await writeFiles(await temporaryFolder(), {
      '\u{1f600}': '',
      '\uff41': '',
      b: '',
      'a/z': '',
      'a.b': '',
    });
    const tree = await listTree(dir);
    expect(tree.files.map((file) => file.path)).toEqual(['a.b', 'a/z', 'b', '\uff41', '\u{1f600}']);
    expect(digestFiles([...tree.files].reverse())).toBe(tree.digest);
  });

  it('counts a manifest that does not lie at the root', async () => {
    const dir = await writeFiles(await temporaryFolder(), { 'sub/agent-plugin.yaml': 'a' });
    const before = await digestTree(dir);
    await writeFiles(dir, { 'sub/agent-plugin.yaml': 'b' });
    expect(await digestTree(dir)).not.toBe(before);
  });

  it('does not depend on modes or empty folders', async () => {
    const dir = await writeFiles(await temporaryFolder(), { 'a.txt': 'a' });
    const before = await digestTree(dir);
    await writeFiles(join(dir, 'empty'), {});
    expect(await digestTree(dir)).toBe(before);
  });

  it('of no files is the digest of nothing', async () => {
    expect(digestFiles([])).toBe(`h1:${Buffer.from(EMPTY, 'hex').toString('base64')}`);
    expect(await digestTree(await temporaryFolder())).toBe(digestFiles([]));
  });
});

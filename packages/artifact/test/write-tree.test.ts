import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listTree, type TreeEntry, writeTree } from '@agentmesh/artifact';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
let target: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'artifact-write-'));
  target = join(folder, 'target');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function whole(path: string, text: string): TreeEntry {
  const bytes = Buffer.from(text);
  return { path, size: bytes.length, content: () => bytes };
}

function inPieces(path: string, pieces: readonly string[]): TreeEntry {
  return { path, size: pieces.join('').length, content: () => each(pieces.map((piece) => Buffer.from(piece))) };
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T, void, undefined> {
  yield* items;
}

describe('files from anywhere', () => {
  it('are written whole and in pieces, with the modes and the digest of a tree', async () => {
    const entries = [whole('index.js', 'x'), whole('bin/run', '#!/bin/sh'), inPieces('a/b/c.txt', ['#', '!', 'yes'])];
    const tree = await writeTree(target, each([...entries, whole('a/empty', '')]));
    expect(await listTree(target)).toEqual(tree);
    expect(readFileSync(join(target, 'a/b/c.txt'), 'utf8')).toBe('#!yes');
    expect(['index.js', 'bin/run', 'a/b/c.txt'].map((path) => statSync(join(target, path)).mode & 0o777)).toEqual([
      0o644, 0o755, 0o755,
    ]);
  });

  it('are told of one by one', async () => {
    const seen: unknown[] = [];
    await writeTree(target, each([whole('a', '12'), inPieces('b', ['3'])]), { onProgress: (at) => seen.push(at) });
    expect(seen).toEqual([
      { bytes: 2, files: 1 },
      { bytes: 3, files: 2 },
    ]);
  });

  it.each([
    ['a climb', [whole('../evil', 'x')], 'TREE_UNSAFE'],
    ['a name twice', [whole('a', 'x'), whole('a', 'y')], 'TREE_UNSAFE'],
    ['names that differ by case', [whole('a/x', 'x'), whole('A/y', 'y')], 'TREE_UNSAFE'],
    ['a file for a folder', [whole('a', 'x'), whole('a/b', 'y')], 'TREE_UNSAFE'],
    ['too many', [whole('a', 'x'), whole('b', 'y'), whole('c', 'z')], 'TREE_TOO_LARGE'],
    ['too large', [whole('a', 'x'), inPieces('b', ['123456789'])], 'TREE_TOO_LARGE'],
  ])('with %s leave nothing', async (_attack, entries, code) => {
    const written = writeTree(target, each(entries), { limits: { maxFiles: 2, maxBytes: 9 } });
    await expect(written).rejects.toMatchObject({ code });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('whose reading fails leave nothing', async () => {
    const failing: TreeEntry = {
      path: 'b/c',
      size: 1,
      content: () => {
        throw new Error('broken');
      },
    };
    await expect(writeTree(target, each([whole('b/a', 'x'), failing]))).rejects.toThrow('broken');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('are given up for a signal, between files and within one', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    async function* pieces(): AsyncGenerator<Buffer, void, undefined> {
      yield Buffer.from('x');
      controller.abort(reason);
      yield Buffer.from('y');
    }
    const entry: TreeEntry = { path: 'a', size: 2, content: pieces };
    const { signal } = controller;
    await expect(writeTree(target, each([entry]), { signal })).rejects.toBe(reason);
    await expect(writeTree(target, each([whole('a', 'x')]), { signal })).rejects.toBe(reason);
    expect(readdirSync(folder)).toEqual([]);
  });
});

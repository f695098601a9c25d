import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createResolver } from '@agentmesh/resolver-git';
import {
  createRepositories,
  failureOf,
  type GitServer,
  type Repositories,
  startGitServer,
} from '@agentmesh/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyDelta, deltaResultSize } from '../src/apply-delta.js';
import { ObjectStore } from '../src/object-store.js';
import { readPackEntryHeader } from '../src/pack-entry-header.js';
import { readPackIndex } from '../src/pack-index.js';
import { fetchTo } from './support/fetch-to.js';

const MIB = 1024 * 1024;
const noise = randomBytes(3 * MIB).toString('latin1');
const text = Array.from(
  { length: 3_000 },
  (_, line) => `line ${line} ${createHash('sha1').update(`${line}`).digest('hex')}\n`,
);
/** The same file over and over, a line changed and one more each time: git packs them as deltas of deltas. */
const versions = [text];
for (let index = 1; index < 40; index += 1) {
  const last = versions.at(-1) ?? text;
  versions.push([...last.with(index * 50, `changed ${index}\n`), `more ${index}\n`]);
}
const similar = Object.fromEntries(versions.map((lines, index) => [`similar/${index}.txt`, lines.join('')]));
const files = {
  ...similar,
  'large.txt': Buffer.from(noise, 'latin1').toString('base64'),
  'large-too.txt': `${Buffer.from(noise, 'latin1').toString('base64')}and more`,
  'empty.txt': '',
  'same.txt': '',
};

let repositories: Repositories;
let server: GitServer;

beforeAll(async () => {
  repositories = createRepositories();
  repositories.make('deltas', files);
  repositories.git('deltas', 'repack', '-a', '-d', '-f', '--depth=50', '--window=50', '--quiet');
  server = await startGitServer({ root: repositories.root });
});
afterAll(async () => {
  await server.close();
  repositories.remove();
});

function fetch(options = {}) {
  const { port } = server;
  const resolver = createResolver({ allowPrivateHosts: ['127.0.0.1'], plainHosts: [`127.0.0.1:${port}`] });
  return fetchTo(resolver, `127.0.0.1:${port}/deltas.git`, options);
}

describe('a pack', () => {
  it('of deltas of deltas, of large and of empty files gives every byte', async () => {
    const verified = repositories.git('deltas', 'verify-pack', '-v', ...packs('.idx'));
    expect(
      Math.max(...[...verified.matchAll(/^chain length = ([0-9]+)/gm)].map(([, length]) => Number(length))),
    ).toBeGreaterThan(3);
    expect((await fetch()).files).toEqual(files);
  });

  it('with large files keeps to the limits', async () => {
    expect(await failureOf(fetch({ limits: { maxBytes: 5 * MIB } }))).toMatchObject({ code: 'FETCH_TOO_LARGE' });
  });

  it('whose bytes are not those of its ids is INTEGRITY_MISMATCH, or cannot be read', () => {
    const name = 'flipped';
    repositories.make(name, { 'index.js': 'x'.repeat(100), 'big.bin': randomBytes(2 * MIB) });
    repositories.git(name, 'repack', '-a', '-d', '--quiet');
    const commit = repositories.git(name, 'rev-parse', 'HEAD');
    const other = repositories.git(name, 'rev-parse', 'HEAD^{tree}');
    const folder = join(repositories.root, `${name}.git`);
    const [index = ''] = readdirSync(join(folder, 'objects', 'pack')).filter((file) => file.endsWith('.idx'));
    const path = join(folder, 'objects', 'pack', index);
    const bytes = readFileSync(path);
    // The index now says that the tree is where the commit is.
    const swapped = swapOffsets(bytes, commit, other);
    chmodSync(path, 0o644);
    writeFileSync(path, swapped);
    const store = new ObjectStore(folder, { digits: 40, maxBytes: MIB });
    expect(() => store.find(other)?.content()).toThrow(expect.objectContaining({ code: 'INTEGRITY_MISMATCH' }));
    store.close();
  });

  it('that is read to its end holds no file open', async () => {
    await fetch();
    const open = readdirSync('/proc/self/fd').map((fd) => join('/proc/self/fd', fd));
    expect(open.filter((path) => existsSync(path)).length).toBeLessThan(200);
  });
});

describe('bytes that are no pack', () => {
  const broken = expect.objectContaining({ code: 'FETCH_FAILED' });

  it('are refused as an index', () => {
    const sizes = { packBytes: 100, idBytes: 20 };
    expect(() => readPackIndex(Buffer.alloc(10), sizes)).toThrow(broken);
    expect(() => readPackIndex(Buffer.alloc(2_000), sizes)).toThrow(broken);
    const claims = Buffer.alloc(2_000);
    claims.writeUInt32BE(0xff744f63, 0);
    claims.writeUInt32BE(2, 4);
    claims.writeUInt32BE(1_000_000, 8 + 255 * 4);
    expect(() => readPackIndex(claims, sizes)).toThrow(broken);
  });

  it('are refused as a header', () => {
    expect(() => readPackEntryHeader(Buffer.from([0x00]), 0, 20)).toThrow(broken);
    expect(() => readPackEntryHeader(Buffer.from([0x50]), 0, 20)).toThrow(broken);
    expect(() => readPackEntryHeader(Buffer.alloc(64, 0xbf), 0, 20)).toThrow(broken);
  });

  it('are read as a header with the offset or the id of a base', () => {
    const offset = readPackEntryHeader(Buffer.from([0xe5, 0x01, 0x81, 0x00]), 1_000, 20);
    expect(offset).toEqual({ type: 'delta', size: 21, base: 1_000 - 256, length: 4 });
    const id = readPackEntryHeader(Buffer.concat([Buffer.from([0x75]), Buffer.alloc(20, 0xab)]), 0, 20);
    expect(id).toEqual({ type: 'delta', size: 5, base: 'ab'.repeat(20), length: 21 });
  });

  it('are refused as a delta', () => {
    const base = Buffer.from('base');
    const delta = (...bytes: number[]): Buffer => Buffer.from(bytes);
    expect(applyDelta(base, delta(4, 6, 0x90, 4, 2, 0x21, 0x21)).toString()).toBe('base!!');
    expect(deltaResultSize(delta(4, 6))).toBe(6);
    expect(() => applyDelta(base, delta(5, 1, 1, 0x21))).toThrow(broken);
    expect(() => applyDelta(base, delta(4, 2, 1, 0x21))).toThrow(broken);
    expect(() => applyDelta(base, delta(4, 1, 2, 0x21, 0x21))).toThrow(broken);
    expect(() => applyDelta(base, delta(4, 9, 0x91, 2, 9))).toThrow(broken);
    expect(() => applyDelta(base, delta(4, 1, 0))).toThrow(broken);
    expect(() => applyDelta(base, delta(4, 3, 5, 0x21))).toThrow(broken);
    expect(() => applyDelta(base, delta(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff))).toThrow(broken);
  });
});

function packs(ending: string): string[] {
  const folder = join(repositories.root, 'deltas.git', 'objects', 'pack');
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));
}

/** Exchanges what an index says of two objects. */
function swapOffsets(bytes: Buffer, a: string, b: string): Buffer {
  const count = bytes.readUInt32BE(8 + 255 * 4);
  const names = 8 + 256 * 4;
  const offsets = names + count * 24;
  const place = (id: string): number => offsets + ((bytes.indexOf(Buffer.from(id, 'hex'), names) - names) / 20) * 4;
  const [first, second] = [bytes.readUInt32BE(place(a)), bytes.readUInt32BE(place(b))];
  bytes.writeUInt32BE(second, place(a));
  bytes.writeUInt32BE(first, place(b));
  return bytes;
}

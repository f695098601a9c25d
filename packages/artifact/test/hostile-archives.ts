import { gzipSync } from 'node:zlib';
import { HOSTILE_NAMES } from './hostile-names.js';
import { paxRecord, type TarEntry, tarBytes } from './tar-bytes.js';
import { type ZipEntryInput, zipBytes } from './zip-bytes.js';

/** An archive that must be refused whole. */
export interface HostileArchive {
  /** The attack. */
  readonly name: string;
  readonly bytes: Buffer;
  /** The code it is refused with under the default limits. */
  readonly code: 'TREE_UNSAFE' | 'TREE_TOO_LARGE' | 'ARCHIVE_INVALID';
}

const GOOD: TarEntry = { name: 'good.txt', content: 'good' };

/** Tars (most of them gzipped) and zips, each with one thing that must be refused beside a good file. */
export function hostileArchives(): HostileArchive[] {
  return [...unsafeTars(), ...brokenTars(), ...largeTars(), ...unsafeZips(), ...brokenZips(), ...largeZips()];
}

function tgz(name: string, code: HostileArchive['code'], entries: readonly TarEntry[], options = {}): HostileArchive {
  return { name: `tgz: ${name}`, code, bytes: gzipSync(tarBytes([GOOD, ...entries], options)) };
}

function unsafeTars(): HostileArchive[] {
  const links: readonly (readonly [string, string])[] = [
    ['hard link', '1'],
    ['symlink', '2'],
    ['character device', '3'],
    ['block device', '4'],
    ['fifo', '6'],
    ['contiguous file', '7'],
    ['GNU sparse file', 'S'],
    ['GNU volume header', 'V'],
    ['unknown type', 'Z'],
  ];
  return [
    ...HOSTILE_NAMES.map(({ attack, path, code }) => tgz(attack, code, longNamed(path))),
    ...links.map(([attack, type]) => tgz(attack, 'TREE_UNSAFE', [{ name: 'evil', type, linkname: 'good.txt' }])),
    tgz('symlink out of the tree, then a file through it', 'TREE_UNSAFE', [
      { name: 'out', type: '2', linkname: '/tmp' },
      { name: 'out/evil', content: 'x' },
    ]),
    tgz('NUL inside a pax path', 'TREE_UNSAFE', pax([['path', 'a\0b']])),
    tgz('name in Latin-1', 'TREE_UNSAFE', [{ name: Buffer.from([0x65, 0x76, 0xe9, 0x6c]) }]),
    tgz('overlong UTF-8 slash', 'TREE_UNSAFE', [{ name: Buffer.from([0x2e, 0x2e, 0xc0, 0xaf, 0x78]) }]),
    tgz('pax path that climbs', 'TREE_UNSAFE', pax([['path', '../evil']])),
    tgz('GNU long name that climbs', 'TREE_UNSAFE', [
      { name: '././@LongLink', type: 'L', content: '../evil\0' },
      { name: 'x' },
    ]),
    ...clashes().map(([attack, first, second]) =>
      tgz(attack, 'TREE_UNSAFE', [
        { name: first, content: '1' },
        { name: second, content: '2' },
      ]),
    ),
    tgz('folder listed twice', 'TREE_UNSAFE', [
      { name: 'dir/', type: '5' },
      { name: 'dir/', type: '5' },
    ]),
  ];
}

function brokenTars(): HostileArchive[] {
  const good = tarBytes([GOOD]);
  const large = tarBytes([{ name: 'large', content: Buffer.alloc(20_000, 'x') }]);
  const bad = (name: string, bytes: Buffer): HostileArchive => ({ name, code: 'ARCHIVE_INVALID', bytes });
  const flipped = Buffer.from(good);
  flipped.writeUInt8(good.readUInt8(0) ^ 1, 0);
  return [
    tgz('pax size override', 'ARCHIVE_INVALID', pax([['size', '1']])),
    tgz('pax link path', 'ARCHIVE_INVALID', pax([['linkpath', '/etc/passwd']])),
    tgz('pax sparse map', 'ARCHIVE_INVALID', pax([['GNU.sparse.major', '1']])),
    tgz('two paths in one pax header', 'ARCHIVE_INVALID', pax([['path', 'a'], ['path', 'b']])), // biome-ignore format: two records
    tgz('global pax path', 'ARCHIVE_INVALID', [{ name: 'g', type: 'g', content: paxRecord('path', 'evil') }]),
    tgz('malformed pax record', 'ARCHIVE_INVALID', [{ name: 'p', type: 'x', content: '99 path=a\n' }, { name: 'x' }]),
    tgz('pax header of 100 KB', 'ARCHIVE_INVALID', pax([['comment', 'x'.repeat(100_000)]])),
    tgz('pax header and GNU long name for one entry', 'ARCHIVE_INVALID', [
      { name: 'p', type: 'x', content: paxRecord('path', 'a') },
      { name: '././@LongLink', type: 'L', content: 'b\0' },
      { name: 'x' },
    ]),
    tgz('GNU long link between two pax headers of one entry', 'ARCHIVE_INVALID', [
      { name: 'p', type: 'x', content: paxRecord('path', 'a') },
      { name: '././@LongLink', type: 'K', content: '\0' },
      { name: 'p', type: 'x', content: paxRecord('path', 'b') },
      { name: 'x' },
    ]),
    ...['x', 'g', 'L'].map((type) =>
      tgz(`empty extension header ${type}`, 'ARCHIVE_INVALID', [{ name: 'p', type }, { name: 'x' }]),
    ),
    bad('tgz: entry hidden in the content of a file, found after an empty pax header', gzipSync(hiddenEntry())),
    tgz('pax header without an entry', 'ARCHIVE_INVALID', [{ name: 'p', type: 'x', content: paxRecord('path', 'a') }]),
    tgz('folder with content', 'ARCHIVE_INVALID', [{ name: 'dir/', type: '5', content: 'x'.repeat(512) }]),
    tgz('file with a link target', 'ARCHIVE_INVALID', [{ name: 'x', linkname: '/etc/passwd' }]),
    tgz('size that is no number', 'ARCHIVE_INVALID', [{ name: 'x', size: '0000009zz' }]),
    tgz('size in base 256', 'ARCHIVE_INVALID', [{ name: 'x', size: '\x80\0\0\0\0\0\0\0\0\0\0\x01' }]),
    tgz('size larger than the content', 'ARCHIVE_INVALID', [{ name: 'x', content: 'abc', size: 4096 }]),
    tgz('no end mark', 'ARCHIVE_INVALID', [], { end: false }),
    bad('tgz: cut off in the gzip', gzipSync(large).subarray(0, -20)),
    bad('tgz: cut off in the tar', gzipSync(large.subarray(0, 4096))),
    bad('tgz: zeros behind the gzip', Buffer.concat([gzipSync(good), Buffer.alloc(512)])),
    bad('tgz: bytes behind the gzip', Buffer.concat([gzipSync(good), Buffer.from('hidden')])),
    bad('tgz: second tar behind the end mark', gzipSync(Buffer.concat([good, tarBytes([{ name: 'hidden' }])]))),
    bad('tgz: megabyte of padding', gzipSync(Buffer.concat([good, Buffer.alloc(1_048_576)]))),
    bad('tgz: header checksum wrong', gzipSync(flipped)),
    bad('tgz: not a tar inside', gzipSync('just text')),
    bad('tar: cut off', large.subarray(0, 4096)),
    bad('empty file', Buffer.alloc(0)),
    bad('text instead of an archive', Buffer.from('<html>not found</html>')),
  ];
}

function largeTars(): HostileArchive[] {
  const many = Array.from({ length: 10_001 }, (_, index): TarEntry => ({ name: `f${index}` }));
  const folders = Array.from({ length: 10_001 }, (_, index): TarEntry => ({ name: `d${index}/`, type: '5' }));
  return [
    tgz('gzip bomb', 'TREE_TOO_LARGE', [{ name: 'zeros', content: Buffer.alloc(20_000_000) }]),
    tgz('10,002 files', 'TREE_TOO_LARGE', many),
    tgz('10,001 folders', 'TREE_TOO_LARGE', folders),
    { name: 'tar: claims 8 GiB', code: 'TREE_TOO_LARGE', bytes: tarBytes([{ name: 'x', size: 2 ** 33 - 1 }]) },
  ];
}

function zip(
  name: string,
  code: HostileArchive['code'],
  entries: readonly ZipEntryInput[],
  options = {},
): HostileArchive {
  return { name: `zip: ${name}`, code, bytes: zipBytes([{ name: 'good.txt', content: 'good' }, ...entries], options) };
}

function unsafeZips(): HostileArchive[] {
  return [
    ...HOSTILE_NAMES.map(({ attack, path, code }) => zip(attack, code, [{ name: path, content: 'x' }])),
    zip('symlink', 'TREE_UNSAFE', [{ name: 'evil', content: '/etc/passwd', unixMode: 0o120777 }]),
    zip('device', 'TREE_UNSAFE', [{ name: 'evil', unixMode: 0o020666 }]),
    zip('socket', 'TREE_UNSAFE', [{ name: 'evil', unixMode: 0o140777 }]),
    zip('file that calls itself a folder', 'TREE_UNSAFE', [{ name: 'evil', content: 'x', unixMode: 0o040755 }]),
    zip('NUL in a name', 'TREE_UNSAFE', [{ name: 'a\0b' }]),
    zip('name in Latin-1 marked as UTF-8', 'TREE_UNSAFE', [{ name: Buffer.from([0x65, 0xe9]) }]),
    zip('name beyond ASCII not marked as UTF-8', 'TREE_UNSAFE', [{ name: 'é.txt', flags: 0 }]),
    zip('second name in a Unicode path field', 'TREE_UNSAFE', [{ name: 'a.txt', extra: unicodePath('../evil') }]),
    ...clashes().map(([attack, first, second]) =>
      zip(attack, 'TREE_UNSAFE', [
        { name: first, content: '1' },
        { name: second, content: '2' },
      ]),
    ),
  ];
}

function brokenZips(): HostileArchive[] {
  const good = zipBytes([{ name: 'good.txt', content: 'good' }]);
  const bad = (name: string, bytes: Buffer): HostileArchive => ({ name, code: 'ARCHIVE_INVALID', bytes });
  return [
    zip('encrypted entry', 'ARCHIVE_INVALID', [{ name: 'x', content: 'x', flags: 0x0801 }]),
    zip('unknown compression', 'ARCHIVE_INVALID', [{ name: 'x', content: 'x', method: 12 }]),
    zip('zip64 field', 'ARCHIVE_INVALID', [{ name: 'x', extra: Buffer.from([1, 0, 0, 0]) }]),
    zip('local header with another name', 'ARCHIVE_INVALID', [{ name: 'safe', localName: 'evil' }]),
    zip('local header with another size', 'ARCHIVE_INVALID', [{ name: 'x', content: 'abc', localSize: 2 }]),
    zip('overlapping entries', 'ARCHIVE_INVALID', [{ name: 'x', content: 'good', offset: 0 }]),
    zip('size smaller than the content', 'ARCHIVE_INVALID', [{ name: 'x', content: 'abcdef', claims: { size: 3 } }]),
    zip('size larger than the content', 'ARCHIVE_INVALID', [{ name: 'x', content: 'abc', claims: { size: 9 } }]),
    zip('checksum wrong', 'ARCHIVE_INVALID', [{ name: 'x', content: 'abc', claims: { crc: 1 } }]),
    zip('bytes behind the deflated ones', 'ARCHIVE_INVALID', [
      { name: 'x', content: 'a', trailer: Buffer.from('hid') },
    ]),
    zip('folder with content', 'ARCHIVE_INVALID', [{ name: 'dir/', content: 'x', unixMode: 0 }]),
    zip('bytes in front', 'ARCHIVE_INVALID', [], { prefix: Buffer.from('#!/bin/sh\n') }),
    zip('bytes between entries and directory', 'ARCHIVE_INVALID', [], { beforeDirectory: Buffer.from('hidden') }),
    zip('bytes behind the end', 'ARCHIVE_INVALID', [], { suffix: Buffer.from('hidden') }),
    zip('fewer entries counted than listed', 'ARCHIVE_INVALID', [{ name: 'x' }], { entryCount: 1 }),
    zip('more entries counted than listed', 'ARCHIVE_INVALID', [{ name: 'x' }], { entryCount: 3 }),
    bad('zip: cut off', good.subarray(0, -10)),
    bad('zip: zip64 locator', withZip64Locator(good)),
  ];
}

function largeZips(): HostileArchive[] {
  const many = Array.from({ length: 10_001 }, (_, index): ZipEntryInput => ({ name: `f${index}`, method: 0 }));
  return [
    zip('zip bomb', 'TREE_TOO_LARGE', [{ name: 'zeros', content: Buffer.alloc(20_000_000) }]),
    zip('10,002 entries', 'TREE_TOO_LARGE', many),
    zip('claims 4 GiB', 'TREE_TOO_LARGE', [{ name: 'x', content: 'a', claims: { size: 0xfffffffe } }]),
  ];
}

/** Names of which some file system would make one. */
function clashes(): readonly (readonly [string, string, string])[] {
  return [
    ['duplicate file', 'dup.txt', 'dup.txt'],
    ['two names that differ by case', 'Readme.md', 'README.MD'],
    ['two folders that differ by case', 'Lib/a.js', 'lib/b.js'],
    ['sharp s and its capitals', 'straße', 'STRASSE'],
    ['file used as a folder', 'a', 'a/b'],
    ['folder used as a file', 'a/b', 'a'],
    ['folder and file that differ by case', 'A/b', 'a'],
  ];
}

/** Paths that do not fit the header go into a pax record, as every tool does it. */
function longNamed(path: string): TarEntry[] {
  const fits = Buffer.byteLength(path) <= 100 && !path.endsWith('/');
  return fits ? [{ name: path, content: 'x' }] : pax([['path', path]]);
}

function pax(records: readonly (readonly [string, string])[]): TarEntry[] {
  const content = records.map(([key, value]) => paxRecord(key, value)).join('');
  return [{ name: 'PaxHeader', type: 'x', content }, { name: 'x' }];
}

/** tar lists `first` and `second` in it; a reader that is thrown off its blocks by the empty header finds `hidden`. */
function hiddenEntry(): Buffer {
  const hidden = tarBytes([{ name: 'hidden', content: 'evil' }], { end: false });
  const shift = Buffer.alloc(88);
  const content = Buffer.concat([shift, hidden]);
  const first = { name: 'first', content: Buffer.alloc(512 + shift.length, 'a') };
  return Buffer.concat([tarBytes([{ name: 'p', type: 'x' }, first, { name: 'second', content }]), shift]);
}

function unicodePath(path: string): Buffer {
  const data = Buffer.concat([Buffer.from([1, 0, 0, 0, 0]), Buffer.from(path)]);
  return Buffer.concat([Buffer.from([0x75, 0x70, data.length, 0]), data]);
}

function withZip64Locator(zipFile: Buffer): Buffer {
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  return Buffer.concat([zipFile.subarray(0, -22), locator, zipFile.subarray(-22)]);
}

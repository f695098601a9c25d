import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { ReadBind } from './driver.js';
import { findClosed } from './find-closed.js';

/** The Filesystem Hierarchy Standard's place for what can be made again (section 5.5); only root writes into it. */
const CACHE = '/var/cache/agentmesh/programs';
const MAX_BYTES = 256 * 1024 * 1024;
const UNUSED_MS = 30 * 24 * 3600 * 1000;
const OTHERS_WRITE = 0o022;

/**
 * Where the host is root, guests are another user. A program below a folder that is closed to others, such as /root, is
 * handed in as a copy: made once for each state of the original, in a folder that only root can write into. What is too
 * large for that, or cannot be copied, stays as it is, and `assertReadable` says so.
 */
export function readableBinds(binds: readonly ReadBind[], user: number | undefined = process.geteuid?.()): ReadBind[] {
  if (user !== 0) return [...binds];
  return binds.map((bind) => (findClosed(bind.host) === undefined ? bind : { ...bind, host: copyOf(bind.host) }));
}

function copyOf(host: string): string {
  try {
    const place = join(CACHE, keyOf(host));
    if (isOwn(place)) return place;
    return sizeOf(host, MAX_BYTES) > MAX_BYTES ? host : copyTo(place, host);
  } catch {
    // A read-only system, a full disk: the original's own fault is the one to tell.
    return host;
  }
}

/** Another path, file, size or time is another copy; of a folder, what it holds counts. */
function keyOf(host: string): string {
  const hash = createHash('sha256');
  for (const path of [host, ...entriesOf(host)]) {
    const { dev, ino, size, mtimeNs, ctimeNs } = lstatSync(path, { bigint: true });
    hash.update(`${path}\0${dev}\0${ino}\0${size}\0${mtimeNs}\0${ctimeNs}\0`);
  }
  return hash.digest('hex');
}

function entriesOf(host: string): string[] {
  if (!statSync(host).isDirectory()) return [];
  const names = readdirSync(host, { recursive: true, encoding: 'utf8' }).toSorted();
  return names.map((name) => join(host, name));
}

function sizeOf(host: string, most: number): number {
  let bytes = 0;
  for (const path of [host, ...entriesOf(host)]) {
    bytes += lstatSync(path).size;
    if (bytes > most) return bytes;
  }
  return bytes;
}

function copyTo(place: string, host: string): string {
  mkdirSync(CACHE, { recursive: true });
  if (!isOwn(CACHE)) return host;
  for (const folder of [dirname(CACHE), CACHE]) chmodSync(folder, 0o755);
  removeUnused();
  const draft = mkdtempSync(`${CACHE}/draft-`);
  try {
    const copy = join(draft, 'copy');
    cpSync(host, copy, { recursive: true, preserveTimestamps: true });
    for (const path of [copy, ...entriesOf(copy)]) open(path);
    renameSync(copy, place);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return place;
}

function open(path: string): void {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) return;
  chmodSync(path, stats.isDirectory() || (stats.mode & 0o100) !== 0 ? 0o755 : 0o644);
}

function isOwn(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats !== undefined && !stats.isSymbolicLink() && stats.uid === 0 && (stats.mode & OTHERS_WRITE) === 0;
}

/** Copies of programs that have since been replaced. */
function removeUnused(): void {
  for (const name of readdirSync(CACHE)) {
    const path = join(CACHE, name);
    if (Date.now() - lstatSync(path).ctimeMs > UNUSED_MS) rmSync(path, { recursive: true, force: true });
  }
}

import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import type { Removal } from '@agentmesh/shape';

interface Block {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The digest of a block with this text. */
export function memoryDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Puts a block between fences at the end of the file, or in the place of the block of that name. */
export async function setMemory(file: string, name: string, text: string): Promise<void> {
  const before = await read(file);
  const block = findBlock(before, name);
  const fenced = `${fence(name, 'begin')}${text}${fence(name, 'end')}`;
  const start = block?.start ?? before.length;
  await writeFile(file, `${before.slice(0, start)}${fenced}${before.slice(block?.end ?? start)}`);
}

/** Removes a block that has this digest, and a file that is empty then. */
export async function removeMemory(file: string, name: string, digest: string): Promise<Removal> {
  const before = await read(file);
  const block = findBlock(before, name);
  if (block === undefined) return { removed: true };
  if (memoryDigest(block.text) !== digest) {
    return { removed: false, reason: 'changed', message: 'The block has been changed' };
  }
  const after = before.slice(0, block.start) + before.slice(block.end);
  if (after === '') await rm(file);
  else await writeFile(file, after);
  return { removed: true };
}

function findBlock(content: string, name: string): Block | undefined {
  const [begin, stop] = [fence(name, 'begin'), fence(name, 'end')];
  const start = content.indexOf(begin);
  const close = content.indexOf(stop, start);
  if (start === -1 || close === -1) return undefined;
  return { start, end: close + stop.length, text: content.slice(start + begin.length, close) };
}

function fence(name: string, edge: 'begin' | 'end'): string {
  return `<!-- ${edge} ${encodeURIComponent(name)} -->\n`;
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
}

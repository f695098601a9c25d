import * as fs from 'node:fs';

/*
 * Promises over plain descriptors: for many small files FileHandle objects cost as much again as the reading itself.
 */

type Done<T> = (error: NodeJS.ErrnoException | null, value?: T) => void;

/** `fs.open`. */
export function openDescriptor(path: string, flags: number | string, mode?: number): Promise<number> {
  return promised((done) => fs.open(path, flags, mode, done));
}

/** `fs.fstat`. */
export function statDescriptor(descriptor: number): Promise<fs.Stats> {
  return promised((done) => fs.fstat(descriptor, done));
}

/** One `fs.read` from the descriptor's position; answers the bytes read, 0 at the end. */
export function readDescriptor(descriptor: number, buffer: Buffer): Promise<number> {
  return promised((done) => fs.read(descriptor, buffer, 0, buffer.length, null, done));
}

/** Writes all bytes at the descriptor's position. */
export async function writeDescriptor(descriptor: number, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const from = written;
    written += await promised<number>((done) => fs.write(descriptor, bytes, from, bytes.length - from, null, done));
  }
}

/** `fs.fchmod`: sets the mode whatever the umask says. */
export function changeDescriptorMode(descriptor: number, mode: number): Promise<void> {
  return promised((done) => fs.fchmod(descriptor, mode, done));
}

/** `fs.close`. */
export function closeDescriptor(descriptor: number): Promise<void> {
  return promised((done) => fs.close(descriptor, done));
}

function promised<T>(start: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    // Node passes the value whenever there is no error; for calls without one T is void.
    start((error, value) => (error ? reject(error) : resolve(value as T)));
  });
}

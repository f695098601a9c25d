import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createDeflate, deflateSync } from 'node:zlib';

const BLOB = 3;
const LARGEST_PACKET = 65_515;
const PIECE = 1024 * 1024;

/** One line of git's protocol (gitprotocol-common(5)). */
export function packet(content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes]);
}

/** Lets the first answers pass and takes over the one that carries a pack. */
export function onPack(answer: (response: ServerResponse) => void | Promise<void>) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    if (!isFetch(request)) return false;
    request.resume();
    response.on('error', () => undefined);
    response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-result' });
    response.write(packet('packfile\n'));
    await answer(response);
    return true;
  };
}

/** With a full id there is one POST, which is the fetch. */
function isFetch({ method, url = '' }: IncomingMessage): boolean {
  return method === 'POST' && url.endsWith('/git-upload-pack');
}

/** The beginning of a pack that claims to hold so many objects (gitformat-pack(5)). */
export function packHeader(objects: number): Buffer {
  const header = Buffer.from('PACK\0\0\0\u0002\0\0\0\0', 'latin1');
  header.writeUInt32BE(objects, 8);
  return header;
}

/** The header of a blob in a pack: its type, and its size seven bits at a time. */
export function blobHeader(size: number): Buffer {
  const bytes = [(BLOB << 4) | (size % 16)];
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80;
    bytes.push(rest % 128);
  }
  return Buffer.from(bytes);
}

/** Sends a pack's bytes in packets of band 1, no faster than they are taken. False once nobody listens. */
export async function sendPack(response: ServerResponse, bytes: Uint8Array): Promise<boolean> {
  for (let offset = 0; offset < bytes.length; offset += LARGEST_PACKET) {
    if (response.destroyed) return false;
    const part = Buffer.concat([Buffer.from([1]), bytes.subarray(offset, offset + LARGEST_PACKET)]);
    if (!response.write(packet(part))) await drained(response);
  }
  return !response.destroyed;
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      response.off('drain', end).off('close', end);
      resolve();
    };
    response.once('drain', end).once('close', end);
  });
}

/** A pack of one blob of so many zeros. */
export async function sendBomb(response: ServerResponse, size: number): Promise<void> {
  await sendPack(response, Buffer.concat([packHeader(3), blobHeader(size)]));
  const deflate = createDeflate({ level: 9 });
  const feeding = (async () => {
    for (let left = size; left > 0 && !response.destroyed; left -= PIECE) {
      if (!deflate.write(Buffer.alloc(Math.min(PIECE, left)))) await once(deflate, 'drain');
    }
    deflate.end();
  })();
  for await (const chunk of deflate) if (!(await sendPack(response, chunk))) break;
  await feeding;
}

/** A pack of so many blobs, each of so many zeros. */
export async function sendBombs(response: ServerResponse, count: number, size: number): Promise<void> {
  const blob = Buffer.concat([blobHeader(size), deflateSync(Buffer.alloc(size), { level: 9 })]);
  await sendPack(response, packHeader(count));
  for (let sent = 0; sent < count && (await sendPack(response, blob)); sent += 1);
}

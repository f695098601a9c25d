import { FRAME_HEADER_BYTES, type FrameKind } from './frame.js';

/** One frame as bytes. `json` is JSON text already. */
export function encodeFrame(kind: FrameKind, json: string): Buffer {
  const length = Buffer.byteLength(json);
  const bytes = Buffer.allocUnsafe(FRAME_HEADER_BYTES + length);
  bytes.writeUInt32BE(length, 0);
  bytes.writeUInt8(kind, 4);
  bytes.write(json, FRAME_HEADER_BYTES, 'utf8');
  return bytes;
}

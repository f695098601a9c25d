import { TransformStream } from 'node:stream/web';
import type { BlobRange } from './blob-store.js';

/** Passes on the bytes of a range and ends after them. */
export function cutOut({ start, end }: BlobRange): TransformStream<Uint8Array, Uint8Array> {
  let position = 0;
  return new TransformStream({
    transform(chunk, controller) {
      const from = Math.max(0, start - position);
      const to = Math.min(chunk.length, end + 1 - position);
      position += chunk.length;
      if (to > from) controller.enqueue(chunk.subarray(from, to));
      if (position > end) controller.terminate();
    },
  });
}

import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { GuestLog, GuestLogs } from './guest-logs.js';

/** How {@link captureLogs} captures. */
export interface CaptureOptions {
  readonly bytesKept: number;
  readonly bytesAllowed: number;
  /** Called once, when more than `bytesAllowed` came. */
  onOverflow(): void;
  onLog?: ((log: GuestLog) => void) | undefined;
}

/** Reads what a guest prints and keeps the first part of it; both streams share the limits. */
export function captureLogs(streams: { stdout: Readable; stderr: Readable }, options: CaptureOptions): () => GuestLogs {
  const text = { stdout: '', stderr: '' };
  let seen = 0;
  let kept = 0;
  const capture = (stream: 'stdout' | 'stderr'): void => {
    const decoder = new StringDecoder('utf8');
    streams[stream].on('data', (chunk: Buffer) => {
      const fits = chunk.subarray(0, Math.max(0, options.bytesKept - kept));
      if (seen <= options.bytesAllowed && seen + chunk.length > options.bytesAllowed) options.onOverflow();
      seen += chunk.length;
      kept += fits.length;
      const piece = decoder.write(fits);
      text[stream] += piece;
      if (piece !== '') options.onLog?.({ stream, text: piece });
    });
  };
  capture('stdout');
  capture('stderr');
  return () => ({ ...text, truncated: seen > kept });
}

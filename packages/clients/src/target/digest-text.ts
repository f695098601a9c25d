import { createHash } from 'node:crypto';

/** Of a text or of bytes, as targets are told apart by: `sha256:` and hex. */
export function digestText(text: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** Of plain data, whatever the order of its keys: a client that writes its configuration anew changes nothing. */
export function digestValue(value: unknown): string {
  return digestText(JSON.stringify(sorted(value)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return value;
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.map(([key, item]) => [key, sorted(item)]);
}

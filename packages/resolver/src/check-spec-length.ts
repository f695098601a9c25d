import { MarketplaceError } from '@agentmesh/errors';

/** @throws SOURCE_SYNTAX for a spec of more than `maxBytes` bytes in UTF-8 */
export function checkSpecLength(spec: string, maxBytes: number): void {
  // A UTF-16 unit is at least one byte, so that a huge text is refused without encoding it.
  if (spec.length <= maxBytes && new TextEncoder().encode(spec).length <= maxBytes) return;
  throw new MarketplaceError(`Expected a source of at most ${maxBytes} bytes, got a longer one`, {
    code: 'SOURCE_SYNTAX',
    hint: 'A source is a scheme and a short reference, such as local://my-plugin.',
  });
}

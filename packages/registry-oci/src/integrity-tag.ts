import { MarketplaceError, printable } from '@agentmesh/errors';

const INTEGRITY = /^sha512-([A-Za-z0-9+/]{86}==)$/;

/**
 * The tag of an archive: its sha512 in hexadecimal, 128 characters, which is just what the distribution specification allows.
 *
 * @throws MarketplaceError `INTEGRITY_MISMATCH` for what is no `sha512-…`, which no bytes have
 */
export function integrityTag(integrity: string): string {
  const [, base64 = ''] = INTEGRITY.exec(integrity) ?? [];
  const bytes = Buffer.from(base64, 'base64');
  if (base64 !== '' && bytes.toString('base64') === base64) return bytes.toString('hex');
  throw new MarketplaceError(`Expected an integrity of sha512, got ${printable(integrity, 120)}`, {
    code: 'INTEGRITY_MISMATCH',
    hint: 'It looks like sha512- and 88 characters of base64.',
  });
}

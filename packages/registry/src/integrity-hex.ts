import { MarketplaceError, printable } from '@agentmesh/errors';

const INTEGRITY = /^sha512-([A-Za-z0-9+/]{86}==)$/;

/**
 * The sha512 of a subresource integrity in hexadecimal, safe as part of a path whatever the integrity was.
 *
 * @throws MarketplaceError `INTEGRITY_MISMATCH` for anything but `sha512-` and 64 bytes in canonical base64
 */
export function integrityHex(integrity: string): string {
  const base64 = INTEGRITY.exec(integrity)?.[1] ?? '';
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length === 64 && bytes.toString('base64') === base64) return bytes.toString('hex');
  throw new MarketplaceError(`Expected an integrity "sha512-" and 64 bytes in base64, got "${printable(integrity)}"`, {
    code: 'INTEGRITY_MISMATCH',
    hint: 'The registry entry is damaged: publish the version again, or restore the registry file.',
  });
}

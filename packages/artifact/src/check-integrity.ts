import { MarketplaceError, printable } from '@agentmesh/errors';
import { integrityOf } from './integrity-of.js';

/**
 * Compares bytes with the `sha512-…` integrity that is expected of them.
 *
 * @throws MarketplaceError `INTEGRITY_MISMATCH`, also when the expected value has another form
 */
export function checkIntegrity(bytes: Uint8Array, integrity: string): void {
  const actual = integrityOf(bytes);
  if (actual === integrity) return;
  throw new MarketplaceError(`Expected an archive with integrity ${printable(integrity)}, got ${actual}`, {
    code: 'INTEGRITY_MISMATCH',
    hint: 'The bytes are not the published ones: fetch them again, and if it stays do not use them.',
  });
}

import { createHash } from 'node:crypto';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { forEachInSlices } from './for-each-in-slices.js';
import { integrityFrom, integrityOf } from './integrity-of.js';

/** Hashed within a few milliseconds. */
const PIECE = 1_048_576;

/**
 * Compares bytes with the `sha512-…` integrity that is expected of them.
 *
 * @throws MarketplaceError `INTEGRITY_MISMATCH`, also when the expected value has another form
 */
export function checkIntegrity(bytes: Uint8Array, integrity: string): void {
  compare(integrityOf(bytes), integrity);
}

/**
 * {@link checkIntegrity} for archives that may be large: gives way to the event loop every few milliseconds. The bytes must not
 * change meanwhile.
 *
 * @throws MarketplaceError `INTEGRITY_MISMATCH`
 */
export async function checkIntegrityInSlices(bytes: Uint8Array, integrity: string): Promise<void> {
  const sha512 = createHash('sha512');
  await forEachInSlices(piecesOf(bytes), undefined, (piece) => void sha512.update(piece));
  compare(integrityFrom(sha512), integrity);
}

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let start = 0; start < bytes.length; start += PIECE) yield bytes.subarray(start, start + PIECE);
}

function compare(actual: string, integrity: string): void {
  if (actual === integrity) return;
  throw new MarketplaceError(`Expected an archive with integrity ${printable(integrity)}, got ${actual}`, {
    code: 'INTEGRITY_MISMATCH',
    hint: 'The bytes are not the published ones: fetch them again, and if it stays do not use them.',
  });
}

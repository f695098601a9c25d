import { printable } from '@agentmesh/errors';
import { decodeBase64 } from './decode-base64.js';
import { keyInvalid } from './key-invalid.js';

const MAX_PEM_LENGTH = 16_384;
const BLOCK = /^\s*-----BEGIN ([A-Z0-9 ]{1,40})-----\r?\n((?:(?!-----)[\s\S])*)-----END \1-----\s*$/;

/** One PEM block: what its label says it is, and its text between the two lines. */
export interface PemBlock {
  readonly label: string;
  readonly body: string;
}

/**
 * Splits a PEM text that holds exactly one block (RFC 7468) and nothing else, so that no second key can ride along unseen.
 * The text is never quoted in an error: it may be a private key.
 *
 * @throws MarketplaceError `KEY_INVALID`
 */
export function readPemBlock(text: string): PemBlock {
  const match = text.length > MAX_PEM_LENGTH ? null : BLOCK.exec(text);
  const [, label, body] = match ?? [];
  if (label === undefined || body === undefined) {
    throw keyInvalid(`Expected one PEM block of at most ${MAX_PEM_LENGTH} characters, got something else`);
  }
  return { label, body };
}

/**
 * The bytes of a block; line breaks are the only characters allowed beside base64's own.
 *
 * @throws MarketplaceError `KEY_INVALID`
 */
export function decodePemBody(block: PemBlock): Buffer {
  const der = decodeBase64(block.body.replace(/[\r\n]/g, ''));
  if (der === undefined) throw keyInvalid(`The PEM block ${printable(block.label)} is not base64`);
  return der;
}

import { MarketplaceError } from '@agentmesh/errors';

const LONGEST = 1_024;

/** The opaque text of where a page ended: base64url of a JSON list. */
export function formatCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/**
 * Reads what {@link formatCursor} wrote.
 *
 * @param shape the kinds of the list's parts
 * @throws MarketplaceError `CURSOR_INVALID`
 */
export function parseCursor(cursor: string, shape: readonly ('text' | 'number')[]): readonly (string | number)[] {
  const list = decode(cursor);
  const parts = list.filter((part) => isText(part) || isCount(part));
  const isSound = list.length === shape.length && parts.length === list.length;
  if (isSound && parts.every((part, index) => isText(part) === (shape[index] === 'text'))) return parts;
  throw cursorInvalid();
}

function decode(cursor: string): readonly unknown[] {
  if (cursor.length > LONGEST) throw cursorInvalid();
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch (cause) {
    throw cursorInvalid(cause);
  }
}

function isText(value: unknown): value is string {
  // PostgreSQL knows no NUL, and no half of a surrogate pair.
  return typeof value === 'string' && value.isWellFormed() && !value.includes('\0');
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function cursorInvalid(cause?: unknown): MarketplaceError {
  return new MarketplaceError('Expected a cursor as an earlier page of the same list gave it', {
    code: 'CURSOR_INVALID',
    hint: 'Begin again without a cursor.',
    cause,
  });
}

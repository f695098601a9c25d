/** Stands between folded texts that are kept as one: {@link foldText} never gives it. */
export const TEXT_BOUNDARY = '\u{ffff}';

const UNKEPT = /[\u0000\u{ffff}]/gu;

/**
 * Text as searches compare it: `toLowerCase()`, and U+FFFD for what not every database keeps: NUL, half a surrogate pair,
 * U+FFFF. Every store folds both sides by this, so that all find the same.
 */
export function foldText(text: string): string {
  return text.toLowerCase().toWellFormed().replace(UNKEPT, '\u{fffd}');
}

const BLANKS = ' \t\n\v\f\r';

/**
 * Removes ASCII white space from both ends and nothing else. `String.prototype.trim` also eats the byte-order mark and
 * no-break spaces, which would let two different texts name one source.
 */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && BLANKS.includes(text.charAt(start))) start += 1;
  while (end > start && BLANKS.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

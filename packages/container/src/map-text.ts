const CONTROL = /[\p{Cc}\p{Cs}\u2028\u2029]+/gu;
/** What turns the direction of the text after it, and what carries text that nobody sees. */
const HIDDEN = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\u{e0000}-\u{e007f}]+/gu;

/**
 * A text as a published manifest may hold it: Unicode form C, on one line, without characters that nobody sees, at most `max`
 * characters.
 */
export function mapText(text: string, max: number): string {
  // Cut before it is normalised, since one character becomes up to 18 units.
  const short = text.slice(0, 8 * max);
  const clean = short.replace(HIDDEN, '').replace(CONTROL, ' ').normalize('NFC').trim();
  return [...clean].slice(0, max).join('').trimEnd().normalize('NFC');
}

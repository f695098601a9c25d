const DEFAULT_LENGTH = 200;

/**
 * Controls, line separators, lone surrogates, and the characters that reorder text or show as nothing in a terminal:
 * Unicode's Default_Ignorable_Code_Point, among them soft hyphens, joiners, variation selectors and tags.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;

/**
 * Makes text from outside safe to show: control, escape, bidirectional and invisible characters and lone surrogates
 * become `\uXXXX` (two of them beyond U+FFFF), and text over `maxLength` code units is cut with an ellipsis.
 *
 * @param text what a plugin, a file or a server said
 * @param maxLength longest answer in code units, before the ellipsis (default 200)
 */
export function printable(text: string, maxLength: number = DEFAULT_LENGTH): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return cut.replace(UNPRINTABLE, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

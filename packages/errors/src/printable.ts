const DEFAULT_LENGTH = 200;

/** C0 and C1 controls, line separators, and the characters that reorder or hide text in a terminal. */
const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Makes text from outside safe to show: control, escape, bidirectional and invisible characters and lone surrogates
 * become `\uXXXX`, and text over `maxLength` code units is cut with an ellipsis.
 *
 * @param text what a plugin, a file or a server said
 * @param maxLength longest answer in code units, before the ellipsis (default 200)
 */
export function printable(text: string, maxLength: number = DEFAULT_LENGTH): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return cut.replace(UNPRINTABLE, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Begins with a letter and holds nothing that means something to YAML: no `: `, no ` #`, no double or trailing blank. */
const PLAIN = /^[A-Za-z](?:[A-Za-z0-9_./@+<>=~,-]|:(?=[A-Za-z0-9/])| (?=[A-Za-z0-9_]))*$/;

/** What a reader of YAML 1.1 or 1.2 takes for a boolean, null or, some of them, a number. */
const WORD = /^(?:y|n|yes|no|true|false|on|off|null|e[-+]?[0-9]+)$/i;

/** Three groups of digits, which no YAML takes for a number. */
const THREE_GROUPS = /^[0-9]+\.[0-9]+\.[0-9]+$/;

/** What JSON leaves as it is and PyYAML would not read back, half of a pair included: everything beyond printable ASCII. */
const NOT_ASCII = /[\u007f-\u{10ffff}]/gu;

/** A string as YAML of either version: as it is where nothing can misread it, else in double quotes and ASCII. */
export function formatYamlString(text: string): string {
  if ((PLAIN.test(text) && !WORD.test(text)) || THREE_GROUPS.test(text)) return text;
  return JSON.stringify(text).replace(NOT_ASCII, escapeCharacter);
}

/** PyYAML joins no `\u` pairs, so a character beyond the first plane is one `\U`. */
function escapeCharacter(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return hex.length > 4 ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}

/** Controls but tab and line ends, lone surrogates, and what reorders text or carries text that nobody sees (UTS 55). */
const HIDDEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/u;

/** Where the first character stands that a reader would not see and an agent would; undefined in text without one. */
export function findHiddenCharacter(text: string): { readonly line: number; readonly name: string } | undefined {
  const found = HIDDEN.exec(text);
  if (found === null) return undefined;
  const line = text.slice(0, found.index).split('\n').length;
  const point = found[0].codePointAt(0) ?? 0;
  return { line, name: `U+${point.toString(16).toUpperCase().padStart(4, '0')}` };
}

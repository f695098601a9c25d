/**
 * True for what the Python toolkit takes as a plugin name: at least one character, each a Unicode letter or digit
 * (`str.isalnum`), `-` or `_`. The reading rule for `name` (formats.md); never enough to make a path of it.
 */
export function isReadableName(name: string): boolean {
  return /^[\p{L}\p{N}_-]+$/u.test(name);
}

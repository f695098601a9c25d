/**
 * True for two or three dot-separated groups of ASCII digits, the reading rule for `version` (formats.md).
 * Leading zeros pass here; the publishing rule refuses them.
 */
export function isVersion(text: string): boolean {
  return /^[0-9]+\.[0-9]+(?:\.[0-9]+)?$/.test(text);
}

/** The line break that a text uses first; LF for a text of one line. */
export function lineBreakOf(text: string): '\n' | '\r\n' {
  const at = text.indexOf('\n');
  return at > 0 && text[at - 1] === '\r' ? '\r\n' : '\n';
}

/** The text with every line break as LF, as digests are made of it: an editor that converts line breaks changes nothing. */
export function withLineFeeds(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

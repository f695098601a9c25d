import type { Problems } from './problems.js';

const CONTROL = /[\p{Cc}\u2028\u2029]/u;
const CONTROL_BUT_NEWLINE = /[^\P{Cc}\n]|[\u2028\u2029]/u;

/** The characters that turn the direction of what follows, by which a text can show as another than it is. */
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** What one text of a published manifest may be. */
export interface TextRule {
  /** Longest text, in code points. */
  readonly max: number;
  /** Newlines may stand in it (default false). */
  readonly multiline?: boolean;
}

/** Adds what keeps a text from being published: length, control and bidirectional characters, no NFC (formats.md). */
export function checkPublishedText(text: string, path: string, rule: TextRule, problems: Problems): void {
  if (text.length > rule.max && [...text].length > rule.max) {
    problems.error('text-too-long', path, `expected at most ${rule.max} characters`);
  }
  const { multiline = false } = rule;
  if ((multiline ? CONTROL_BUT_NEWLINE : CONTROL).test(text)) {
    problems.error('text-control', path, `expected no control characters${multiline ? ' but newlines' : ''}`);
  }
  if (BIDI.test(text)) problems.error('text-bidi', path, 'expected no characters that turn the direction of text');
  if (text.normalize('NFC') !== text) problems.error('text-not-nfc', path, 'expected Unicode normalization form C');
}

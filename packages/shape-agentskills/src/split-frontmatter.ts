import { SKILL_LIMITS } from './skill-limits.js';

const DELIMITER = /^---[ \t]*$/;

/** The two parts of a `SKILL.md`. */
export interface SplitSkill {
  /** Between the delimiters; begins on line 2 of the file. */
  readonly frontmatter: string;
  readonly body: string;
  /** Line of the file on which the body begins, from 1. */
  readonly bodyLine: number;
}

/** Why there are no two parts. */
export type SplitFault = 'frontmatter-missing' | 'frontmatter-unclosed' | 'frontmatter-too-large';

/**
 * Splits a `SKILL.md`. A delimiter is a whole line of exactly three hyphens, with nothing but blanks after them; the
 * first one is the first line of the file, so that a byte-order mark or an empty line before it is a fault. Lines end with
 * LF or CRLF.
 */
export function splitFrontmatter(text: string): SplitSkill | SplitFault {
  const start = text.indexOf('\n') + 1;
  if (start === 0 || !isDelimiter(text.slice(0, start - 1))) {
    return isDelimiter(text) ? 'frontmatter-unclosed' : 'frontmatter-missing';
  }
  let line = 2;
  for (let at = start; at < text.length; line += 1) {
    if (at - start > SKILL_LIMITS.frontmatterLength) return 'frontmatter-too-large';
    const newline = text.indexOf('\n', at);
    const end = newline === -1 ? text.length : newline;
    if (isDelimiter(text.slice(at, end))) {
      return { frontmatter: text.slice(start, at), body: text.slice(end + 1), bodyLine: line + 1 };
    }
    at = end + 1;
  }
  return text.length - start > SKILL_LIMITS.frontmatterLength ? 'frontmatter-too-large' : 'frontmatter-unclosed';
}

function isDelimiter(line: string): boolean {
  return line.startsWith('---') && DELIMITER.test(line.endsWith('\r') ? line.slice(0, -1) : line);
}

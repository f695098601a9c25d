const MAX_LENGTH = 65_536;

/** HTML that runs over blank lines until it is closed, by CommonMark 0.31.2, section 4.6, kinds 1 to 5. */
const OPEN_HTML: readonly (readonly [opens: RegExp, closes: RegExp])[] = [
  [/^ {0,3}<(?:script|pre|style|textarea)(?:[\s>]|$)/i, /<\/(?:script|pre|style|textarea)>/i],
  [/<!--/, /-->/],
  [/^ {0,3}<\?/, /\?>/],
  [/^ {0,3}<!\[CDATA\[/, /\]\]>/],
  [/^ {0,3}<![A-Za-z]/, />/],
];
const CODE_FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;

/**
 * Says why a text of a plugin may not stand in a memory file: it could pass for one of our fences, or leave a comment or code open that
 * swallows what the user wrote below. Undefined for a text that keeps to itself.
 */
export function checkMemoryText(text: string): string | undefined {
  if (text.length > MAX_LENGTH) return `it has more than ${MAX_LENGTH} characters`;
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text)) return 'it has control characters';
  if (/agentmesh:(?:begin|end)/i.test(text)) return 'it looks like a fence of agentmesh';
  const open = findOpen(text.split(/\r\n?|\n/));
  return open === undefined ? undefined : `line ${open} opens code or a comment that is never closed`;
}

/** The line, from 1, with what is still open at the end. */
function findOpen(lines: readonly string[]): number | undefined {
  let since: number | undefined;
  let closes: RegExp | undefined;
  for (const [index, line] of lines.entries()) {
    if (closes !== undefined) {
      const [found] = closes.exec(line) ?? [];
      if (found === undefined) continue;
      closes = openedBy(line.slice(line.indexOf(found) + found.length), false);
    } else {
      closes = openedBy(line, true);
    }
    since = closes === undefined ? undefined : index + 1;
  }
  return since;
}

/** What closes that which a line leaves open. */
function openedBy(line: string, fromStart: boolean): RegExp | undefined {
  const [, fence, info] = (fromStart ? CODE_FENCE.exec(line) : undefined) ?? [];
  if (fence !== undefined && !(fence.startsWith('`') && info?.includes('`'))) {
    return new RegExp(`^ {0,3}${fence[0]}{${fence.length},}[ \\t]*$`);
  }
  for (const [opens, closing] of OPEN_HTML) {
    if (!fromStart && opens.source.startsWith('^')) continue;
    let rest = line;
    for (let found = opens.exec(rest); found !== null; found = opens.exec(rest)) {
      rest = rest.slice(found.index + found[0].length);
      const closed = closing.exec(rest);
      if (closed === null) return closing;
      rest = rest.slice(closed.index + closed[0].length);
      if (opens.source.startsWith('^')) break;
    }
  }
  return undefined;
}

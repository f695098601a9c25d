import { MarketplaceError, printable } from '@agentmesh/errors';
import { MANIFEST_PATH } from './manifest-path.js';

/** Root file that names what packing leaves out. */
export const IGNORE_FILENAME = '.agentmeshignore';

const MAX_PATTERNS = 1_000;
const ALWAYS = ['.git', '.hg', '.svn', '.DS_Store', '__pycache__', '*.pyc', 'node_modules', `/${IGNORE_FILENAME}`];

/** True for what is left out. */
export type IgnoreRules = (path: string, isFolder: boolean) => boolean;

interface Pattern {
  readonly anchored: boolean;
  readonly folderOnly: boolean;
  /** Per segment the literal pieces between its `*`. */
  readonly segments: readonly (readonly string[])[];
}

/**
 * The rules of an `.agentmeshignore` file beside those that always hold: one pattern a line, `#` starts a comment line,
 * a name matches at any depth, `dir/` matches folders only, `*` stands for any characters within a segment,
 * a leading `/` anchors to the root. No negation and no `**`. The root `agent-plugin.yaml` is never left out.
 *
 * @throws MarketplaceError `IGNORE_INVALID`
 */
export function parseIgnoreRules(text: string): IgnoreRules {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const patterns = ALWAYS.map(parsePattern);
  lines.forEach((line, index) => {
    if (line === '' || line.startsWith('#')) return;
    if (patterns.length >= MAX_PATTERNS) throw invalid(index, `Expected at most ${MAX_PATTERNS} patterns`);
    checkLine(line, index);
    patterns.push(parsePattern(line));
  });
  return (path, isFolder) => path !== MANIFEST_PATH && isIgnored(path, isFolder, patterns);
}

function checkLine(line: string, index: number): void {
  if (line.startsWith('!')) throw invalid(index, `Patterns cannot be negated, got ${printable(line)}`);
  if (line.includes('**')) throw invalid(index, `** is not part of the syntax, got ${printable(line)}`);
  if (line.includes('\\')) throw invalid(index, `Expected / between names, got ${printable(line)}`);
  const segments = line.replace(/^\//, '').replace(/\/$/, '').split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    throw invalid(index, `Expected names between the slashes, got ${printable(line)}`);
  }
}

function invalid(index: number, message: string): MarketplaceError {
  return new MarketplaceError(`${IGNORE_FILENAME} line ${index + 1}: ${message}`, {
    code: 'IGNORE_INVALID',
    hint: 'One pattern a line: name, *.ext, folder/, /only-at-the-root. Lines that start with # are comments.',
  });
}

function parsePattern(line: string): Pattern {
  const anchored = line.startsWith('/');
  const folderOnly = line.endsWith('/');
  const body = line.slice(anchored ? 1 : 0, folderOnly ? -1 : undefined).normalize('NFC');
  return { anchored, folderOnly, segments: body.split('/').map((segment) => segment.split('*')) };
}

function isIgnored(path: string, isFolder: boolean, patterns: readonly Pattern[]): boolean {
  const segments = path.split('/');
  return patterns.some((pattern) => matches(segments, isFolder, pattern));
}

function matches(segments: readonly string[], isFolder: boolean, pattern: Pattern): boolean {
  if (pattern.folderOnly && !isFolder) return false;
  const start = segments.length - pattern.segments.length;
  if (start < 0 || (pattern.anchored && start > 0)) return false;
  return pattern.segments.every((pieces, index) => matchesSegment(segments[start + index] ?? '', pieces));
}

/** First piece at the start, last at the end, each one between at its first chance: no backtracking. */
function matchesSegment(name: string, pieces: readonly string[]): boolean {
  const first = pieces[0] ?? '';
  if (pieces.length === 1) return name === first;
  const last = pieces.at(-1) ?? '';
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
  const end = name.length - last.length;
  let position = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, position);
    if (found === -1 || found + piece.length > end) return false;
    position = found + piece.length;
  }
  return true;
}

/** A path that must be refused. */
export interface HostileName {
  readonly attack: string;
  readonly path: string;
  readonly code: 'TREE_UNSAFE' | 'TREE_TOO_LARGE';
  /** False for what no Linux file system can hold, or what a file cannot be called there. */
  readonly onDisk: boolean;
}

function unsafe(attack: string, path: string, onDisk = true): HostileName {
  return { attack, path, code: 'TREE_UNSAFE', onDisk };
}

/** Every kind of name that formats.md refuses. */
export const HOSTILE_NAMES: readonly HostileName[] = [
  unsafe('parent folder', '../evil', false),
  unsafe('parent folder in the middle', 'a/../../evil', false),
  unsafe('absolute path', '/tmp/evil', false),
  unsafe('dot segment', 'a/./evil', false),
  unsafe('empty segment', 'a//evil', false),
  unsafe('backslash', 'a\\..\\evil'),
  unsafe('drive letter', 'C:evil'),
  unsafe('alternate data stream', 'good.txt:evil'),
  unsafe('newline in a name', 'a\nb'),
  unsafe('escape sequence in a name', 'a\u001b[2Jb'),
  unsafe('C1 control in a name', 'a\u009bb'),
  unsafe('name not in NFC', 'e\u0301vil'),
  unsafe('replacement character', 'a\ufffdb'),
  unsafe('Windows device', 'NUL'),
  unsafe('Windows device with an extension', 'lib/com1.tar.gz'),
  unsafe('Windows device with a superscript digit', 'COM\u00b9.txt'),
  unsafe('Windows console', 'conin$'),
  unsafe('Windows device with blanks', 'aux .js'),
  unsafe('trailing dot', 'evil.'),
  unsafe('trailing blank', 'evil '),
  unsafe('trailing dot of a folder', 'evil./x'),
  unsafe('wildcard', 'a*b'),
  unsafe('question mark', 'a?b'),
  unsafe('pipe', 'a|b'),
  unsafe('quote', 'a"b'),
  unsafe('angle bracket', 'a<b'),
  { attack: 'name of 256 bytes', path: 'n'.repeat(256), code: 'TREE_TOO_LARGE', onDisk: false },
  {
    attack: 'path of 513 bytes',
    path: `${'n'.repeat(128)}/`.repeat(3) + 'n'.repeat(126),
    code: 'TREE_TOO_LARGE',
    onDisk: true,
  },
  { attack: '33 levels', path: `${'d/'.repeat(32)}f`, code: 'TREE_TOO_LARGE', onDisk: true },
];

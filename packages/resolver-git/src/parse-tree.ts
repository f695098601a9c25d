import { MarketplaceError, printable } from '@agentmesh/errors';

/** What an entry of a folder is. */
type TreeEntryKind = 'file' | 'folder' | 'link' | 'submodule' | 'other';

/** One entry of a tree object. */
export interface GitTreeEntry {
  readonly kind: TreeEntryKind;
  /** One name, as UTF-8 reads it; whether it may be written is for the guards of the tree. */
  readonly name: string;
  readonly id: string;
}

const SPACE = 0x20;
const KINDS: Readonly<Record<string, TreeEntryKind>> = {
  '100644': 'file',
  '100664': 'file',
  '100755': 'file',
  '40000': 'folder',
  '120000': 'link',
  '160000': 'submodule',
};
const HFS_IGNORED = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;
const DOT_GIT = /^(?:\.git|git~[0-9]+)[ .]*$/;

/**
 * Reads a tree object: `<mode> <name>\0<id>` after another, the id in bytes.
 *
 * @param digits length of an id in hex digits
 * @throws MarketplaceError `TREE_UNSAFE` for names that no git writes: empty, `.`, `..`, with a slash, or one that some file system
 * takes for `.git` (git's own list: verify_path); `FETCH_FAILED` for bytes that are no tree
 */
export function* parseTree(bytes: Buffer, digits: number): Generator<GitTreeEntry, void, undefined> {
  for (let offset = 0; offset < bytes.length; ) {
    const space = bytes.indexOf(SPACE, offset);
    const end = bytes.indexOf(0, offset);
    const next = end + 1 + digits / 2;
    if (space === -1 || end === -1 || space > end || next > bytes.length) throw malformed();
    const kind = KINDS[bytes.toString('latin1', offset, space)] ?? 'other';
    const name = bytes.toString('utf8', space + 1, end);
    checkName(name);
    yield { kind, name, id: bytes.toString('hex', end + 1, next) };
    offset = next;
  }
}

function checkName(name: string): void {
  const plain = name.replace(HFS_IGNORED, '').toLowerCase();
  if (name !== '' && name !== '.' && name !== '..' && !name.includes('/') && !DOT_GIT.test(plain)) return;
  throw new MarketplaceError(
    `The repository holds an entry "${printable(name, 80)}", which git itself would never write`,
    {
      code: 'TREE_UNSAFE',
      hint: 'Somebody made this commit to do harm: do not use it.',
    },
  );
}

function malformed(): MarketplaceError {
  return new MarketplaceError('The repository holds a folder that cannot be read', {
    code: 'FETCH_FAILED',
    hint: 'The commit is broken: tell its author.',
  });
}

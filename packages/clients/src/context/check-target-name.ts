import { checkPath } from '@agentmesh/artifact';

const SEGMENT = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]{0,63}$/u;
const SERVER = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/**
 * Says why a name that a plugin chose cannot become a folder, a file or an entry; undefined for one that can. Names of servers are keys of
 * configurations of which some take ASCII only.
 */
export function checkTargetName(kind: 'folder' | 'server', name: string): string | undefined {
  if (kind === 'server')
    return SERVER.test(name) ? undefined : "expected ASCII letters, digits, '_' and '-', at most 64";
  if (!SEGMENT.test(name)) return "expected letters, digits, '_' and '-', at most 64, a letter or digit first";
  if (name.normalize('NFKC') !== name) return 'expected a name in Unicode form NFKC';
  return checkPath(name);
}

/** Makes a label of a path inside a plugin, for a fence: whatever is not plain becomes `%XX`. */
export function labelOf(path: string): string {
  const plain = path.replace(/[^A-Za-z0-9._/-]/gu, (character) =>
    [...new TextEncoder().encode(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
  return /^[A-Za-z0-9]/.test(plain) ? plain : `./${plain}`;
}

import { sep } from 'node:path';
import type { Workspace } from '../state/workspace.js';

/** Files that are brought side by side: as many as keep a few threads busy. */
export const FILES_AT_ONCE = 16;

const SHA256 = /^[0-9a-f]{64}$/;

/** Where the store keeps the file with that content: `files/<aa>/<62 hex digits>`. */
export function filePlace({ filesDir }: Pick<Workspace, 'filesDir'>, sha256: string): string {
  return `${filesDir}${sep}${sha256.slice(0, 2)}${sep}${sha256.slice(2)}`;
}

/** True for lower-case hex of 32 bytes, the only text that {@link filePlace} may be given. */
export function isSha256(text: string): boolean {
  return SHA256.test(text);
}

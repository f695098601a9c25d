import type { Tree } from './tree.js';

/** A packed tree. */
export interface Archive {
  /** The `.tgz` file. */
  readonly bytes: Buffer;
  /** `sha512-…` of the bytes, in SRI form. */
  readonly integrity: string;
  /** What was packed. */
  readonly tree: Tree;
}

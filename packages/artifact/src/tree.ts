import { comparePaths } from './compare-paths.js';
import { digestFiles } from './digest-files.js';

/** One regular file of a tree. */
export interface TreeFile {
  /** Relative to the root, `/`-separated. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Of the content, in lower-case hex. */
  readonly sha256: string;
  /** True when the content begins with `#!`: the file's mode is 0755 then, else 0644. */
  readonly executable: boolean;
}

/** What a plugin's folder or archive holds. */
export interface Tree {
  /** `h1:…` over every file but the root `agent-plugin.yaml`, whose signature covers the digest. */
  readonly digest: string;
  /** Every file, `agent-plugin.yaml` too, in byte order of the path. */
  readonly files: readonly TreeFile[];
  /** Sum of the files' sizes. */
  readonly bytes: number;
}

/** Puts files into byte order and digests them. */
export function createTree(files: readonly TreeFile[]): Tree {
  const sorted = [...files].sort((a, b) => comparePaths(a.path, b.path));
  return { digest: digestFiles(sorted), files: sorted, bytes: sorted.reduce((sum, file) => sum + file.size, 0) };
}

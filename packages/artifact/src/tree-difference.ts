/**
 * How a tree differs from its list at one path. `path` may hold any character that a file system allows:
 * show it through `printable`.
 */
export interface TreeDifference {
  /** `/`-separated; `.` for the root itself. */
  readonly path: string;
  /** `link`: a symbolic link; `special`: neither file nor folder, or a folder in a file's place; `mode`: not 0644 or 0755 as the content asks. */
  readonly kind: 'changed' | 'added' | 'missing' | 'mode' | 'link' | 'special';
}

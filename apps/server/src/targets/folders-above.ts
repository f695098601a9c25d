/** The folders that a path is in, the outermost first: `a/b/c.js` → `a`, `a/b`. */
export function foldersAbove(path: string): readonly string[] {
  const names = path.split('/').slice(0, -1);
  return names.map((_, index) => names.slice(0, index + 1).join('/'));
}

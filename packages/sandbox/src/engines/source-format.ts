import { posix } from 'node:path';

/** How a file is read: `detect` leaves it to the guest, by Node's rule for a .js without a declared type. */
export type SourceFormat = 'module' | 'commonjs' | 'json' | 'detect';

const FIXED: Readonly<Record<string, SourceFormat>> = {
  '.mjs': 'module',
  '.mts': 'module',
  '.cjs': 'commonjs',
  '.cts': 'commonjs',
  '.json': 'json',
};

/**
 * Node's rule: the ending decides, for .js and .ts the `type` of the nearest package.json of the plugin. Each of those is read
 * once, however many files it is for.
 *
 * @param textOf the text of one of the plugin's files
 * @returns finds the format of a file by its path
 */
export function createSourceFormat(textOf: (path: string) => string | undefined): (path: string) => SourceFormat {
  const declared = new Map<string, SourceFormat>();
  const formatIn = (folder: string): SourceFormat => {
    const text = textOf(posix.join(folder, 'package.json'));
    if (text !== undefined) return declaredType(text);
    return folder === '.' ? 'detect' : known(posix.dirname(folder));
  };
  const known = (folder: string): SourceFormat => {
    const format = declared.get(folder) ?? formatIn(folder);
    declared.set(folder, format);
    return format;
  };
  return (path) => FIXED[posix.extname(path)] ?? known(posix.dirname(path));
}

function declaredType(text: string): SourceFormat {
  try {
    const value: unknown = JSON.parse(text);
    const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
    return type === 'module' || type === 'commonjs' ? type : 'detect';
  } catch {
    return 'detect';
  }
}

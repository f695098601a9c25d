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
 * Node's rule: the ending decides, for .js and .ts the `type` of the nearest package.json of the plugin.
 *
 * @param textOf the text of one of the plugin's files
 */
export function sourceFormat(path: string, textOf: (path: string) => string | undefined): SourceFormat {
  const fixed = FIXED[posix.extname(path)];
  if (fixed !== undefined) return fixed;
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    const text = textOf(posix.join(folder, 'package.json'));
    if (text !== undefined) return declaredType(text);
    if (folder === '.') return 'detect';
  }
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

import { isMarketplaceError, printable } from '@agentmesh/errors';

/** What the file system says of one path; others may still do. */
const OF_ONE_PATH = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOTDIR',
  'EISDIR',
  'ELOOP',
  'ENAMETOOLONG',
  'EINVAL',
  'EXDEV',
  'EBUSY',
]);

/** Why one thing cannot be read or written, when the fault is with its place alone; undefined for any other error. */
export function findPathFault(error: unknown): { readonly code: string; readonly message: string } | undefined {
  if (isMarketplaceError(error)) {
    return { code: error.code.toLowerCase().replaceAll('_', '-'), message: error.message };
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return OF_ONE_PATH.has(code)
    ? { code: 'file-inaccessible', message: `The file system refuses it (${printable(code)})` }
    : undefined;
}

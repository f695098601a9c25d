/** The codes that a resolver's errors may carry. A caller can tell every kind of failure apart by them. */
export const FETCH_ERROR_CODES: readonly string[] = Object.freeze([
  'SOURCE_SYNTAX',
  'SOURCE_NOT_FOUND',
  'SOURCE_UNAUTHORIZED',
  'SOURCE_UNPINNED',
  'FETCH_TIMEOUT',
  'FETCH_TOO_LARGE',
  'FETCH_FAILED',
  'INTEGRITY_MISMATCH',
  'ARCHIVE_INVALID',
  'TREE_UNSAFE',
  'GIT_MISSING',
]);

const FULL_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** True for the whole id of a commit: 40 hex digits (SHA-1) or 64 (SHA-256), lower case. Only that never moves. */
export function isFullId(text: string): boolean {
  return FULL_ID.test(text);
}

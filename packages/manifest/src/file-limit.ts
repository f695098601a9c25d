/** Longest text of a manifest file, in bytes of UTF-8. */
export const MAX_FILE_BYTES: number = 1024 * 1024;

/** Files that are read or written side by side: beyond it neither 2 nor 16 cores were faster, and each may hold 1 MiB. */
export const FILES_AT_ONCE = 16;

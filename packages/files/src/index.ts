export type { FileLockOptions } from './file-lock.js';
export { withFileLock } from './file-lock.js';
export type { LockHolder } from './lock-holder.js';
export { makeFolder } from './make-folder.js';
export { readFileLimited } from './read-file-limited.js';
export { removeAbandoned } from './remove-abandoned.js';
export type { WriteFileOptions } from './write-file-atomic.js';
export { writeFileAtomic } from './write-file-atomic.js';

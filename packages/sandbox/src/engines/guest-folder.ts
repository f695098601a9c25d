import { fileURLToPath } from 'node:url';

/** The folder with the guest's own program: the one thing on the disk that a guest may read. */
export const GUEST_FOLDER: string = fileURLToPath(new URL('../guest/', import.meta.url));

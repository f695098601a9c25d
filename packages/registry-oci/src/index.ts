export type { OciBlobsOptions } from './open-oci-blobs.js';
export { openOciBlobs } from './open-oci-blobs.js';

export { createOciClient } from './create-oci-client.js';
export type { ManifestBytes } from './get-manifest.js';
export { MAX_MANIFEST_BYTES } from './get-manifest.js';
export {
  CONTENT_DIGEST_ANNOTATION,
  EMPTY_TYPE,
  INDEX_TYPE,
  MANIFEST_TYPE,
  PLUGIN_ARTIFACT_TYPE,
  PLUGIN_LAYER_TYPE,
} from './media-types.js';
export type {
  BlobRequest,
  OciClient,
  OciClientOptions,
  OciRepositorySession,
  OpenRepositoryOptions,
} from './oci-client.js';
export type { OciDescriptor } from './oci-descriptor.js';
export { describeBytes, EMPTY_CONFIG } from './oci-descriptor.js';
export type { OciManifest } from './oci-manifest.js';
export { formatManifest, readManifest } from './oci-manifest.js';
export type { OciReference, OciRepository } from './oci-reference.js';
export { formatOciReference, parseOciReference } from './oci-reference.js';
export type { PluginAnnotations, PluginArtifact } from './plugin-manifest.js';
export { createPluginManifest, readPluginManifest } from './plugin-manifest.js';
export type { PluginPush, PushedPlugin } from './push-plugin.js';
export { pushPlugin } from './push-plugin.js';
export type { UploadedBlob } from './upload-blob.js';

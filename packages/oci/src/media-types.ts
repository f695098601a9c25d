/** `artifactType` of a manifest that is a plugin. */
export const PLUGIN_ARTIFACT_TYPE = 'application/vnd.agentmesh.plugin.v1';
/** Media type of the layer that is a plugin's archive. */
export const PLUGIN_LAYER_TYPE = 'application/vnd.agentmesh.plugin.layer.v1.tar+gzip';
/** Annotation of a plugin's manifest with the tree's `h1:` digest. */
export const CONTENT_DIGEST_ANNOTATION = 'agentmesh.content_digest';

/** OCI image specification 1.1, media types. */
export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
/** OCI image specification 1.1, media types. */
export const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
/** OCI image specification 1.1, "Guidance for an Empty Descriptor". */
export const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json';

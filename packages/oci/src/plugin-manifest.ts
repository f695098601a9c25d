import { MarketplaceError } from '@agentmesh/errors';
import { CONTENT_DIGEST_ANNOTATION, EMPTY_TYPE, PLUGIN_ARTIFACT_TYPE, PLUGIN_LAYER_TYPE } from './media-types.js';
import { EMPTY_CONFIG, type OciDescriptor } from './oci-descriptor.js';
import type { OciManifest } from './oci-manifest.js';

/** What is said of a plugin in its OCI manifest. */
export interface PluginAnnotations {
  readonly name: string;
  readonly version: string;
  /** `h1:…` of the tree. */
  readonly contentDigest: string;
  readonly description?: string | undefined;
  readonly license?: string | undefined;
}

/** A plugin's archive in a repository. */
export interface PluginArtifact {
  readonly archive: OciDescriptor;
  /** `h1:…` of the tree, where the manifest says it. */
  readonly contentDigest: string | undefined;
}

const TITLE = 'org.opencontainers.image.title';

/**
 * The OCI manifest of a plugin: our `artifactType`, the empty config, since registries refuse the older artifact manifest,
 * and the archive as the one layer. It holds no time, so that the same plugin has the same digest everywhere.
 */
export function createPluginManifest(archive: OciDescriptor, plugin: PluginAnnotations): OciManifest {
  const { name, version, contentDigest, description, license } = plugin;
  return {
    artifactType: PLUGIN_ARTIFACT_TYPE,
    config: EMPTY_CONFIG.descriptor,
    layers: [{ ...archive, annotations: { [TITLE]: `${name}-${version}.tgz` } }],
    annotations: {
      [CONTENT_DIGEST_ANNOTATION]: contentDigest,
      [TITLE]: name,
      'org.opencontainers.image.version': version,
      ...(description === undefined ? {} : { 'org.opencontainers.image.description': description }),
      ...(license === undefined ? {} : { 'org.opencontainers.image.licenses': license }),
    },
  };
}

/**
 * Finds the archive in a plugin's manifest.
 *
 * @throws MarketplaceError `ARCHIVE_INVALID` for the manifest of anything else
 */
export function readPluginManifest(manifest: OciManifest): PluginArtifact {
  const { artifactType, config, layers, annotations } = manifest;
  if (artifactType !== PLUGIN_ARTIFACT_TYPE) throw invalid(`no ${PLUGIN_ARTIFACT_TYPE}`);
  const { digest, size } = EMPTY_CONFIG.descriptor;
  if (config.mediaType !== EMPTY_TYPE || config.digest !== digest || config.size !== size) {
    throw invalid('without the empty config');
  }
  const [archive, ...others] = layers;
  if (archive === undefined || others.length > 0) throw invalid(`of ${layers.length} layers instead of one`);
  if (archive.mediaType !== PLUGIN_LAYER_TYPE) throw invalid(`whose layer is no ${PLUGIN_LAYER_TYPE}`);
  return { archive, contentDigest: annotations?.[CONTENT_DIGEST_ANNOTATION] };
}

function invalid(what: string): MarketplaceError {
  return new MarketplaceError(`What lies in the registry is no plugin, but an artifact ${what}`, {
    code: 'ARCHIVE_INVALID',
    hint: 'Plugins get there with agentmesh plugin push.',
  });
}

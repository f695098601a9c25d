import { parseJson } from '@agentmesh/download';
import { MarketplaceError } from '@agentmesh/errors';
import { INDEX_TYPE, MANIFEST_TYPE } from './media-types.js';
import { isMediaType, type OciDescriptor, readAnnotations, readDescriptor } from './oci-descriptor.js';

/** An image manifest (OCI image specification 1.1). */
export interface OciManifest {
  readonly artifactType?: string;
  readonly config: OciDescriptor;
  readonly layers: readonly OciDescriptor[];
  /** What it refers to. */
  readonly subject?: OciDescriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Most layers that are read: a plugin has one. */
const MAX_LAYERS = 1_000;
const MAX_VALUES = 200_000;

/** The bytes of a manifest: the same ones for the same manifest. */
export function formatManifest(manifest: OciManifest): Uint8Array {
  const { artifactType, config, layers, subject, annotations } = manifest;
  const value = { schemaVersion: 2, mediaType: MANIFEST_TYPE, artifactType, config, layers, subject, annotations };
  return Buffer.from(JSON.stringify(value));
}

/**
 * Reads an image manifest. An index, which lists manifests for a choice, is refused, and so are manifests of older kinds.
 *
 * @param contentType what the registry said it is; the manifest must not say otherwise
 * @throws MarketplaceError `ARCHIVE_INVALID`, `FETCH_FAILED` for what is no JSON, `FETCH_TOO_LARGE` for what has too many values
 */
export function readManifest(bytes: Uint8Array, contentType?: string): OciManifest {
  const value = readObject(bytes);
  const stated = [value.mediaType, contentType?.split(';', 1)[0]?.trim()].filter((type) => type !== undefined);
  if (stated.includes(INDEX_TYPE) || Array.isArray(value.manifests)) {
    throw invalid('it is an index of several manifests', 'Name one of them by its digest.');
  }
  if (value.schemaVersion !== 2 || !stated.every((type) => type === MANIFEST_TYPE)) {
    throw invalid(`it is no image manifest of the kind ${MANIFEST_TYPE}`);
  }
  return readParts(value);
}

/**
 * The descriptors of an index.
 *
 * @throws MarketplaceError `ARCHIVE_INVALID`, `FETCH_FAILED` for what is no JSON, `FETCH_TOO_LARGE` for what has too many values
 */
export function readIndex(bytes: Uint8Array): readonly OciDescriptor[] {
  const { schemaVersion, manifests } = readObject(bytes);
  if (schemaVersion !== 2 || !Array.isArray(manifests)) throw invalid('it is no index');
  return manifests.map((one: unknown) => readDescriptor(one) ?? failed('a descriptor of the index is malformed'));
}

function readParts(value: Readonly<Record<string, unknown>>): OciManifest {
  const { artifactType, layers } = value;
  const config = readDescriptor(value.config) ?? failed('its config is no descriptor');
  const annotations = readAnnotations(value.annotations) ?? failed('its annotations are no texts');
  if (!Array.isArray(layers) || layers.length > MAX_LAYERS) throw invalid('its layers are no list of a few');
  const subject = value.subject === undefined ? undefined : readDescriptor(value.subject);
  return {
    ...(isMediaType(artifactType) ? { artifactType } : {}),
    config,
    layers: layers.map((one: unknown) => readDescriptor(one) ?? failed('a layer is no descriptor')),
    ...(subject === undefined ? {} : { subject }),
    annotations,
  };
}

function readObject(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const value = parseJson(bytes, { maxValues: MAX_VALUES });
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { ...value }
    : failed('it is no object');
}

function failed(why: string): never {
  throw invalid(why);
}

function invalid(why: string, hint = 'Check that the reference is that of a plugin.'): MarketplaceError {
  return new MarketplaceError(`The registry's manifest cannot be used: ${why}`, { code: 'ARCHIVE_INVALID', hint });
}

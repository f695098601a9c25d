import { createHash } from 'node:crypto';
import { type Digest, parseDigest } from '@agentmesh/download';
import { EMPTY_TYPE } from './media-types.js';

/** Names some bytes of a repository (OCI image specification 1.1, "Content Descriptors"). */
export interface OciDescriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

const MEDIA_TYPE = /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$/;
const EMPTY = Buffer.from('{}');

/** The bytes of the empty config, and the descriptor that the specification gives for them. */
export const EMPTY_CONFIG: { readonly bytes: Uint8Array; readonly descriptor: OciDescriptor } = Object.freeze({
  bytes: EMPTY,
  descriptor: Object.freeze(describeBytes(EMPTY, EMPTY_TYPE)),
});

/** The descriptor of bytes. */
export function describeBytes(bytes: Uint8Array, mediaType: string): OciDescriptor {
  return { mediaType, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, size: bytes.length };
}

/** A descriptor as a registry sent it; undefined for anything that is none. */
export function readDescriptor(value: unknown): OciDescriptor | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { mediaType, digest, size, artifactType, annotations }: Record<keyof OciDescriptor, unknown> = {
    ...{ mediaType: undefined, digest: undefined, size: undefined, artifactType: undefined, annotations: undefined },
    ...value,
  };
  if (!isMediaType(mediaType) || typeof digest !== 'string' || typeof size !== 'number') return undefined;
  const parsed = /^sha(?:256|512):[0-9a-f]+$/.test(digest) ? parseDigest(digest) : undefined;
  const texts = readAnnotations(annotations);
  if (parsed === undefined || !Number.isSafeInteger(size) || size < 0 || texts === undefined) return undefined;
  return {
    ...{ mediaType, digest: parsed, size },
    ...(isMediaType(artifactType) ? { artifactType } : {}),
    ...(annotations === undefined ? {} : { annotations: texts }),
  };
}

/** True for a media type (RFC 6838, 4.2) without parameters. */
export function isMediaType(value: unknown): value is string {
  return typeof value === 'string' && MEDIA_TYPE.test(value);
}

/** Annotations as a registry sent them, none for absent ones; undefined for anything but texts under names. */
export function readAnnotations(value: unknown): Readonly<Record<string, string>> | undefined {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  if (!entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')) return undefined;
  return Object.fromEntries(entries);
}

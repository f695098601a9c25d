import { MarketplaceError, printable } from '@agentmesh/errors';
import { manifestFromObject } from '@agentmesh/manifest';
import type { OwnerKey, Page, RegistryEntry } from '@agentmesh/registry';
import { z } from 'zod';

/** All that a registry knows of a name. */
export interface NameDocument {
  readonly name: string;
  readonly owners: readonly OwnerKey[];
  /** In the order they were listed. */
  readonly versions: readonly RegistryEntry[];
}

const text = z.string().max(10_000);
const time = z
  .string()
  .max(40)
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/);
const entryShape = z.object({
  manifest: z.record(z.string(), z.unknown()),
  published_at: time.optional(),
  updated_at: time.optional(),
  artifact: z
    .object({ integrity: z.string().regex(/^sha512-[A-Za-z0-9+/]{86}==$/), size: z.int().nonnegative() })
    .optional(),
  status: z.object({
    state: z.enum(['active', 'deprecated', 'yanked']),
    reason: text.optional(),
    successor: text.optional(),
  }),
  key_id: z.string().max(200).optional(),
});
const ownerShape = z.object({ key_id: z.string().max(200), public_key: text });
const nameShape = z.object({ name: z.string(), owners: z.array(ownerShape), versions: z.array(entryShape) });
const pageShape = z.object({ items: z.array(entryShape), cursor: z.string().max(1_000).optional() });
const namesShape = z.object({ names: z.array(z.string().max(1_000)) });
const ownersShape = z.object({ owners: z.array(ownerShape) });

type EntryJson = z.infer<typeof entryShape>;

/**
 * Reads one version as the API and mirrors write it.
 *
 * @throws MarketplaceError `FETCH_FAILED`
 */
export function parseEntry(value: unknown): RegistryEntry {
  return toEntry(check(entryShape, value));
}

/**
 * Reads all of a name, and sees that it is that name's.
 *
 * @throws MarketplaceError `FETCH_FAILED`
 */
export function parseName(value: unknown, name: string): NameDocument {
  const found = check(nameShape, value);
  const versions = found.versions.map(toEntry);
  const seen = new Set(versions.map((entry) => entry.manifest.version));
  const isOthers = found.name !== name || versions.some((entry) => entry.manifest.name !== name);
  if (isOthers || seen.size !== versions.length) throw malformed('a name with versions of another name, or twice one');
  return { name, owners: found.owners.map(toOwner), versions };
}

/**
 * Reads a page of a search.
 *
 * @throws MarketplaceError `FETCH_FAILED`
 */
export function parsePage(value: unknown): Page<RegistryEntry> {
  const { items, cursor } = check(pageShape, value);
  return { items: items.map(toEntry), ...(cursor === undefined ? {} : { cursor }) };
}

/**
 * Reads the list of all names.
 *
 * @throws MarketplaceError `FETCH_FAILED`
 */
export function parseNames(value: unknown): readonly string[] {
  return check(namesShape, value).names;
}

/**
 * Reads the owners of a name.
 *
 * @throws MarketplaceError `FETCH_FAILED`
 */
export function parseOwners(value: unknown): readonly OwnerKey[] {
  return check(ownersShape, value).owners.map(toOwner);
}

/** All of a name as the API writes it; {@link parseName} reads it. */
export function formatName({ name, owners, versions }: NameDocument): object {
  return {
    name,
    owners: owners.map(({ keyId, publicKey }) => ({ key_id: keyId, public_key: publicKey })),
    versions: versions.map(fromEntry),
  };
}

function fromEntry({ manifest, publishedAt, updatedAt, artifact, status, keyId }: RegistryEntry): EntryJson {
  return {
    manifest: { ...manifest },
    ...(publishedAt === undefined ? {} : { published_at: publishedAt }),
    ...(updatedAt === undefined ? {} : { updated_at: updatedAt }),
    ...(artifact === undefined ? {} : { artifact: { ...artifact } }),
    status: { ...status },
    ...(keyId === undefined ? {} : { key_id: keyId }),
  };
}

function toEntry({ manifest, published_at, updated_at, artifact, status, key_id }: EntryJson): RegistryEntry {
  const { state, reason, successor } = status;
  return {
    manifest: readManifest(manifest),
    ...(published_at === undefined ? {} : { publishedAt: published_at }),
    ...(updated_at === undefined ? {} : { updatedAt: updated_at }),
    ...(artifact === undefined ? {} : { artifact }),
    status: {
      state,
      ...(reason === undefined ? {} : { reason }),
      ...(successor === undefined ? {} : { successor }),
    },
    ...(key_id === undefined ? {} : { keyId: key_id }),
  };
}

function toOwner({ key_id: keyId, public_key: publicKey }: z.infer<typeof ownerShape>): OwnerKey {
  return { keyId, publicKey };
}

function readManifest(fields: Readonly<Record<string, unknown>>): RegistryEntry['manifest'] {
  try {
    return manifestFromObject(fields).manifest;
  } catch (cause) {
    throw malformed('a manifest that is none', cause);
  }
}

function check<T>(shape: z.ZodType<T>, value: unknown): T {
  const found = shape.safeParse(value);
  if (found.success) return found.data;
  const place = found.error.issues[0]?.path.map(String).join('.') ?? '';
  throw malformed(place === '' ? 'something else' : `something else under ${printable(place, 100)}`);
}

function malformed(what: string, cause?: unknown): MarketplaceError {
  return new MarketplaceError(`The registry answered with what is no answer of a registry: ${what}`, {
    code: 'FETCH_FAILED',
    hint: 'Check the URL of the registry, and tell whoever runs it.',
    cause,
  });
}

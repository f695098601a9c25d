import type { OwnerKey, RegistryEntry } from '@agentmesh/registry';

/** A version as the API writes it. */
export interface EntryJson {
  readonly manifest: object;
  readonly published_at?: string;
  readonly updated_at?: string;
  readonly artifact?: { readonly integrity: string; readonly size: number };
  readonly status: { readonly state: string; readonly reason?: string; readonly successor?: string };
  readonly key_id?: string;
}

/** A registry's entry in the form of the API. */
export function entryJson({ manifest, publishedAt, updatedAt, artifact, status, keyId }: RegistryEntry): EntryJson {
  return {
    manifest,
    ...(publishedAt === undefined ? {} : { published_at: publishedAt }),
    ...(updatedAt === undefined ? {} : { updated_at: updatedAt }),
    ...(artifact === undefined ? {} : { artifact: { integrity: artifact.integrity, size: artifact.size } }),
    status,
    ...(keyId === undefined ? {} : { key_id: keyId }),
  };
}

/** An owner in the form of the API. */
export function ownerJson({ keyId, publicKey }: OwnerKey): { readonly key_id: string; readonly public_key: string } {
  return { key_id: keyId, public_key: publicKey };
}

import type { PluginManifest } from '@agentmesh/manifest';

/** How a version stands: `deprecated` still installs with a warning, `yanked` is chosen only by who asks for exactly it. */
export type EntryState = 'active' | 'deprecated' | 'yanked';

/** A version's state, and why. */
export interface EntryStatus {
  readonly state: EntryState;
  readonly reason?: string;
  /** Name of the plugin to use instead. */
  readonly successor?: string;
}

/** Where a version's files are: an archive in the blob store. */
export interface ArtifactReference {
  /** Subresource integrity of the archive: `sha512-` + base64. */
  readonly integrity: string;
  /** Bytes of the archive. */
  readonly size: number;
}

/** One version of one plugin, as listed. Its manifest and artifact never change; its status may. */
export interface RegistryEntry {
  readonly manifest: PluginManifest;
  /** ISO 8601 in UTC; unset for what another tool wrote. */
  readonly publishedAt?: string;
  /** When its status changed last, ISO 8601 in UTC; unset while it never did. */
  readonly updatedAt?: string;
  /** Unset for a manifest that was registered without files. */
  readonly artifact?: ArtifactReference;
  readonly status: EntryStatus;
  /** Id of the key that the registry saw verify the signature. */
  readonly keyId?: string;
}

/** A key that may publish versions of a name. */
export interface OwnerKey {
  /** `SHA256:…` */
  readonly keyId: string;
  /** SPKI PEM. */
  readonly publicKey: string;
}

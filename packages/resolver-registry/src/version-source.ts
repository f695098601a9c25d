/** One version, as a registry lists it. */
export interface SourceEntry {
  readonly manifest: { readonly name: string; readonly version: string };
  /** Absent where the registry has the manifest alone. */
  readonly artifact?: { readonly integrity: string; readonly size: number };
  readonly status: { readonly state: 'active' | 'deprecated' | 'yanked' };
}

/**
 * The part of a registry that fetching uses. `PluginRegistry` of `@agentmesh/registry` is one, over whatever store: a file, a
 * database, a server.
 */
export interface VersionSource<E extends SourceEntry = SourceEntry> {
  /** All versions of a name; none, or `PLUGIN_NOT_FOUND`, for a name that is not listed. */
  versions(name: string): Promise<readonly E[]>;
  /** The archive of one of these entries, its integrity checked; `ARTIFACT_TOO_LARGE` for more than `maxBytes`. */
  readArtifact(entry: E, options: { readonly maxBytes: number }): Promise<Uint8Array>;
}

import type { Generated } from 'kysely';

/** The tables, as both engines have them. Texts are compared byte by byte; yes and no are 1 and 0. */
export interface Tables {
  plugins: PluginsTable;
  versions: VersionsTable;
  artifacts: ArtifactsTable;
  blobs: BlobsTable;
  owners: OwnersTable;
  listings: ListingsTable;
  dependencies: DependenciesTable;
  organization_heads: OrganizationHeadsTable;
  tokens: TokensTable;
  workspaces: WorkspacesTable;
  installs: InstallsTable;
  credentials: CredentialsTable;
  audit_events: AuditTable;
  counters: CountersTable;
}

/** A listed name; ids grow, in the order that names are first put. */
interface PluginsTable {
  id: Generated<number>;
  name: string;
  /** `nameKey` of the name: equal for look-alikes. */
  name_key: string;
}

interface VersionsTable {
  id: Generated<number>;
  plugin_id: number;
  /** Order of the versions of a name. */
  place: number;
  published_at: string | null;
  updated_at: string | null;
  state: string;
  reason: string | null;
  successor: string | null;
  key_id: string | null;
  /** JSON. */
  manifest: string;
}

interface ArtifactsTable {
  version_id: number;
  integrity: string;
  size: number;
}

/** Small archives. */
interface BlobsTable {
  /** In hexadecimal. */
  sha512: string;
  bytes: Uint8Array;
}

interface OwnersTable {
  plugin_id: number;
  place: number;
  key_id: string;
  public_key: string;
}

/** What a search looks at: one row a version that is not yanked. */
interface ListingsTable {
  version_id: number;
  plugin_id: number;
  place: number;
  /** Empty when it is unknown. */
  published_at: string;
  /** Milliseconds since 1970. */
  updated_ms: number | null;
  type: string;
  organization: string | null;
  /** 1 for the version that its name stands for. */
  is_latest: number;
  /** 1 for the version that its name stands for among those without an organization. */
  is_public_latest: number;
  /** Folded name, U+FFFF, folded description. */
  /** Position after the name in `search_text`, from 1, in characters. */
  name_end: number;
  search_text: string;
  keywords_text: string;
  capabilities_text: string;
}

/** What listed versions depend on. */
interface DependenciesTable {
  /** `nameKey` of the name that is needed. */
  name_key: string;
  version_id: number;
}

/** The version that a name stands for among those without an organization and those of this one, where it has some. */
interface OrganizationHeadsTable {
  organization: string;
  plugin_id: number;
  version_id: number;
}

interface TokensTable {
  id: string;
  hash: string;
  label: string;
  /** JSON. */
  scopes: string;
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
}

interface WorkspacesTable {
  id: string;
  runtime: string | null;
  created_at: string;
}

interface InstallsTable {
  workspace: string;
  plugin: string;
  version: string;
  source: string;
  resolved: string;
  content_digest: string;
  integrity: string | null;
  key_id: string | null;
  installed_at: string;
  /** JSON. */
  manifest: string;
}

interface CredentialsTable {
  workspace: string;
  host: string;
  scheme: string;
  username: string | null;
  sealed: string;
  created_at: string;
  last_used_at: string | null;
}

interface AuditTable {
  /** Order in which events were added. */
  place: Generated<number>;
  id: string;
  at: string;
  actor: string;
  action: string;
  subject: string;
  address: string | null;
  request_id: string | null;
  /** JSON. */
  detail: string | null;
}

interface CountersTable {
  key: string;
  count: number;
  /** Milliseconds since 1970. */
  reset_ms: number;
}

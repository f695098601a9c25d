/** How an engine writes what the two say differently. */
export interface ColumnWords {
  /** A key that the database counts up and never gives twice. */
  readonly id: string;
  readonly number: string;
  /** Text that is compared byte by byte. */
  readonly text: string;
  readonly bytes: string;
  /** What follows the columns of a table. */
  readonly end: string;
  /** The same of a table whose rows lie in its key, and nowhere else. */
  readonly keyedEnd: string;
}

/** The tables of the first schema. */
export function firstTables({ id, number, text, bytes, end, keyedEnd }: ColumnWords): readonly string[] {
  const plugin = `plugin_id ${number} NOT NULL REFERENCES plugins (id) ON DELETE CASCADE`;
  const version = `REFERENCES versions (id) ON DELETE CASCADE`;
  return [
    `CREATE TABLE plugins (id ${id}, name ${text} NOT NULL UNIQUE, name_key ${text} NOT NULL)${end}`,
    'CREATE INDEX plugins_by_key ON plugins (name_key)',
    `CREATE TABLE versions (id ${id}, ${plugin}, place ${number} NOT NULL, published_at ${text}, updated_at ${text},
      state ${text} NOT NULL, reason ${text}, successor ${text}, key_id ${text}, manifest ${text} NOT NULL)${end}`,
    'CREATE INDEX versions_of_plugin ON versions (plugin_id, place)',
    `CREATE TABLE artifacts (version_id ${number} PRIMARY KEY ${version}, integrity ${text} NOT NULL, size ${number} NOT NULL)${end}`,
    `CREATE TABLE blobs (sha512 ${text} PRIMARY KEY, bytes ${bytes} NOT NULL)${end}`,
    `CREATE TABLE owners (${plugin}, place ${number} NOT NULL, key_id ${text} NOT NULL, public_key ${text} NOT NULL,
      PRIMARY KEY (plugin_id, place))${keyedEnd}`,
    // What a search looks at stands first: to read as far as there takes less time in each row.
    `CREATE TABLE listings (version_id ${number} PRIMARY KEY ${version}, is_latest ${number} NOT NULL, name_end ${number} NOT NULL,
      published_at ${text} NOT NULL, search_text ${text} NOT NULL, plugin_id ${number} NOT NULL, place ${number} NOT NULL,
      is_public_latest ${number} NOT NULL, updated_ms ${number}, type ${text} NOT NULL, organization ${text},
      keywords_text ${text} NOT NULL, capabilities_text ${text} NOT NULL)${end}`,
    'CREATE INDEX listings_in_order ON listings (plugin_id, place)',
    'CREATE INDEX listings_by_type ON listings (type, plugin_id, place)',
    'CREATE INDEX listings_by_time ON listings (updated_ms)',
    `CREATE TABLE dependencies (name_key ${text} NOT NULL, version_id ${number} NOT NULL ${version}, PRIMARY KEY (name_key, version_id))${keyedEnd}`,
    'CREATE INDEX dependencies_of_version ON dependencies (version_id)',
    `CREATE TABLE organization_heads (organization ${text} NOT NULL, plugin_id ${number} NOT NULL, version_id ${number} NOT NULL ${version},
      PRIMARY KEY (organization, plugin_id))${keyedEnd}`,
    'CREATE INDEX organization_heads_of_plugin ON organization_heads (plugin_id)',
    'CREATE INDEX organization_heads_of_version ON organization_heads (version_id)',
    `CREATE TABLE tokens (id ${text} PRIMARY KEY, hash ${text} NOT NULL, label ${text} NOT NULL, scopes ${text} NOT NULL,
      created_at ${text} NOT NULL, expires_at ${text}, revoked_at ${text})${end}`,
    `CREATE TABLE workspaces (id ${text} PRIMARY KEY, runtime ${text}, created_at ${text} NOT NULL)${end}`,
    `CREATE TABLE installs (workspace ${text} NOT NULL, plugin ${text} NOT NULL, version ${text} NOT NULL, source ${text} NOT NULL,
      resolved ${text} NOT NULL, content_digest ${text} NOT NULL, integrity ${text}, key_id ${text}, installed_at ${text} NOT NULL,
      manifest ${text} NOT NULL, PRIMARY KEY (workspace, plugin))${end}`,
    `CREATE TABLE credentials (workspace ${text} NOT NULL, host ${text} NOT NULL, scheme ${text} NOT NULL, username ${text},
      sealed ${text} NOT NULL, created_at ${text} NOT NULL, last_used_at ${text}, PRIMARY KEY (workspace, host, scheme))${end}`,
    `CREATE TABLE audit_events (place ${id}, id ${text} NOT NULL UNIQUE, at ${text} NOT NULL, actor ${text} NOT NULL,
      action ${text} NOT NULL, subject ${text} NOT NULL, address ${text}, request_id ${text}, detail ${text})${end}`,
    'CREATE INDEX audit_events_by_time ON audit_events (at)',
    'CREATE INDEX audit_events_by_actor ON audit_events (actor, at)',
    'CREATE INDEX audit_events_by_subject ON audit_events (subject, at)',
    `CREATE TABLE counters (key ${text} PRIMARY KEY, count ${number} NOT NULL, reset_ms ${number} NOT NULL)${end}`,
    'CREATE INDEX counters_by_time ON counters (reset_ms)',
  ];
}

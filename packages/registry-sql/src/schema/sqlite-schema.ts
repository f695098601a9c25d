import { firstTables } from './first-tables.js';
import type { Schema } from './schema.js';

/** The tables for SQLite. A step that was released is never changed: another one is added. */
const STEPS: readonly (readonly string[])[] = [
  [
    ...firstTables({
      id: 'INTEGER PRIMARY KEY AUTOINCREMENT',
      number: 'INTEGER',
      text: 'TEXT',
      bytes: 'BLOB',
      end: ' STRICT',
      keyedEnd: ' STRICT, WITHOUT ROWID',
    }),
    // Used where a query says this of is_latest word for word; elsewhere it is sooner to read the table than to follow it.
    `CREATE INDEX listings_by_newest ON listings (published_at DESC, plugin_id, place) WHERE is_latest = 1`,
    // Keeps no copy of the texts: the listings have them. They are folded already, and compared as they are.
    `CREATE VIRTUAL TABLE listings_fts USING fts5 (search_text, keywords_text, capabilities_text,
      content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1')`,
    `CREATE TRIGGER listings_are_indexed AFTER INSERT ON listings BEGIN
      INSERT INTO listings_fts (rowid, search_text, keywords_text, capabilities_text)
        VALUES (new.version_id, new.search_text, new.keywords_text, new.capabilities_text);
    END`,
    `CREATE TRIGGER listings_are_forgotten AFTER DELETE ON listings BEGIN
      DELETE FROM listings_fts WHERE rowid = old.version_id;
    END`,
  ],
];

/** How the tables of SQLite are made. */
export const SQLITE_SCHEMA: Schema = {
  opening: [],
  steps: STEPS,
  table: 'schema_version',
  isPresent: "select count(*) as present from sqlite_schema where name = 'schema_version'",
};

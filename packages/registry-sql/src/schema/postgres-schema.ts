import { firstTables } from './first-tables.js';
import type { Schema } from './schema.js';

/** Where the tables lie, so that they are in nobody's way in a database that has others. */
export const POSTGRES_SCHEMA_NAME = 'agentmesh';

/** A GIN index over parts of three letters. Its operators lie wherever the extension was installed first. */
const trigramIndex = (column: string): string => `
  DO $$ BEGIN
    EXECUTE format('CREATE INDEX listings_by_${column} ON listings USING gin (${column} %I.gin_trgm_ops)',
      (SELECT nspname FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'pg_trgm'));
  END $$`;

/** The tables for PostgreSQL. A step that was released is never changed: another one is added. */
const STEPS: readonly (readonly string[])[] = [
  [
    'CREATE EXTENSION IF NOT EXISTS pg_trgm',
    ...firstTables({
      id: 'bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
      number: 'bigint',
      text: 'text COLLATE "C"',
      bytes: 'bytea',
      end: '',
      keyedEnd: '',
    }),
    trigramIndex('search_text'),
    trigramIndex('keywords_text'),
    trigramIndex('capabilities_text'),
  ],
];

/** How the tables of PostgreSQL are made; a large database may take its time over it. */
export const POSTGRES_SCHEMA: Schema = {
  opening: [
    `CREATE SCHEMA IF NOT EXISTS ${POSTGRES_SCHEMA_NAME}`,
    `SET LOCAL search_path = ${POSTGRES_SCHEMA_NAME}, public`,
    'SET LOCAL statement_timeout = 0',
  ],
  steps: STEPS,
  table: `${POSTGRES_SCHEMA_NAME}.schema_version`,
  isPresent: `select count(*) as present from pg_tables where schemaname = '${POSTGRES_SCHEMA_NAME}' and tablename = 'schema_version'`,
};

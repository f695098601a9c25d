import type { Kysely, RawBuilder } from 'kysely';
import type { Schema } from '../schema/schema.js';
import type { Tables } from '../schema/tables.js';
import type { Query, Run } from './query.js';

/** A database that answers; what differs between SQLite and PostgreSQL is behind it. */
export interface Engine {
  readonly name: 'sqlite' | 'postgres';
  /** Builds and compiles statements; it is connected to nothing. */
  readonly build: Kysely<Tables>;
  readonly schema: Schema;
  readonly search: SearchDialect;
  /** Runs one statement by itself. */
  read<R>(query: Query<R>): Promise<readonly R[]>;
  /**
   * Runs a transaction; it is durable when the promise resolves, and nothing is kept when it rejects. The work may be run
   * again when the database gave up an attempt, so it does nothing but to read and write rows.
   *
   * @param lock works with an equal lock run one after the other, over all processes
   */
  write<T>(lock: string | undefined, work: (run: Run) => Promise<T>): Promise<T>;
  /** See `RegistryStore.revision`; unset where it would take as long as to read. */
  revision?(): Promise<string>;
  close(): Promise<void>;
}

/** How an engine looks for a part of a text. */
export interface SearchDialect {
  /** Position of the first occurrence, from 1; 0 when there is none. */
  position(column: RawBuilder<string>, text: RawBuilder<string>): RawBuilder<number>;
  /** What an index can answer: true for every listing that has the text in one of the columns, and perhaps for others. */
  candidates(columns: readonly TextColumn[], text: string): RawBuilder<boolean> | undefined;
  /** Asks whether so many listings have the text that to look at all takes less time than the index; unset where the database decides that. */
  readonly countMany?: (
    columns: readonly TextColumn[],
    text: string,
  ) => Query<{ readonly is_many: number }> | undefined;
}

/** A column of `listings` that is searched. */
export type TextColumn = 'search_text' | 'keywords_text' | 'capabilities_text';

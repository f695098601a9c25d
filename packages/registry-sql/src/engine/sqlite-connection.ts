import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Query } from './query.js';

/** Statements that are kept prepared; searches have few shapes. */
const MOST_STATEMENTS = 200;

/** One connection to a file, with its statements kept prepared. */
export class SqliteConnection {
  readonly #database: DatabaseSync;
  readonly #statements: Map<string, StatementSync> = new Map();

  constructor(path: string) {
    // Waiting is done between attempts, by whoever calls: SQLite's own would hold up the whole process.
    this.#database = new DatabaseSync(path, { timeout: 0, enableForeignKeyConstraints: true });
  }

  /** Whether a transaction is open: a full disk, for one, ends it. */
  get isInTransaction(): boolean {
    return this.#database.isTransaction;
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  all<R>({ sql, values }: Query<R>): readonly R[] {
    const rows: readonly unknown[] = this.#prepare(sql).all(...values);
    // The type of the rows comes from the statement that Kysely checked against the tables.
    return rows as readonly R[];
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    if (this.#statements.size >= MOST_STATEMENTS) this.#statements.clear();
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

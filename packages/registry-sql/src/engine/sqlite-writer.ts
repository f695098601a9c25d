import { setImmediate as turn } from 'node:timers/promises';
import type { Query, Run } from './query.js';
import { retryBusy } from './retry-busy.js';
import type { SqliteConnection } from './sqlite-connection.js';
import { sqliteFault } from './sqlite-fault.js';

/** Works that share one commit at most, and how long their transaction may hold up this process and others. */
const MOST_JOBS = 200;
const LONGEST_MS = 25;

/** A work that waits for its commit. */
interface Job {
  run(run: Run): Promise<void>;
  keep(): void;
  fail(error: unknown): void;
}

/** Why a transaction was given up, and the one job that is not to be tried again. */
class GivenUp extends Error {
  readonly job: Job;

  constructor(job: Job, cause: unknown) {
    super('A work failed after it had written', { cause });
    this.job = job;
  }
}

/** Runs works one after the other; those that come together share a commit, because the disk is what takes the time. */
export class SqliteWriter {
  readonly #connection: SqliteConnection;
  #waiting: Job[] = [];
  #draining: Promise<void> | undefined;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  write<T>(work: (run: Run) => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    let keep = () => {};
    this.#waiting.push({
      run: async (run) => {
        const answer = await work(run);
        keep = () => resolve(answer);
      },
      keep: () => keep(),
      fail: (error) => reject(sqliteFault(error)),
    });
    this.#draining ??= this.#drain();
    return promise;
  }

  /** Resolves when nothing waits. */
  async settled(): Promise<void> {
    await this.#draining;
  }

  async #drain(): Promise<void> {
    // Calls of the same turn come into the same transaction.
    await turn();
    while (this.#waiting.length > 0) {
      await this.#commitSome();
      await turn();
    }
    this.#draining = undefined;
  }

  async #commitSome(): Promise<void> {
    const done: Job[] = [];
    try {
      await retryBusy(() => this.#begin());
      await this.#runSome(done);
      this.#connection.exec('COMMIT');
      for (const job of done) job.keep();
    } catch (error) {
      this.#giveUp(done, error);
    }
  }

  async #runSome(done: Job[]): Promise<void> {
    const until = performance.now() + LONGEST_MS;
    for (let job = this.#waiting[0]; job !== undefined && done.length < MOST_JOBS; job = this.#waiting[0]) {
      this.#waiting.shift();
      await this.#runOne(job, done);
      if (performance.now() > until) return;
    }
  }

  /** A work that failed before it wrote has left nothing behind, and the others go on. */
  async #runOne(job: Job, done: Job[]): Promise<void> {
    let isChanged = false;
    const run: Run = async <R>(query: Query<R>) => {
      const rows = this.#connection.all(query);
      isChanged ||= !query.sql.startsWith('select');
      return rows;
    };
    try {
      await job.run(run);
      done.push(job);
    } catch (error) {
      if (isChanged || !this.#connection.isInTransaction) throw new GivenUp(job, error);
      job.fail(error);
    }
  }

  #begin(): void {
    if (this.#connection.isInTransaction) this.#connection.exec('ROLLBACK');
    this.#connection.exec('BEGIN IMMEDIATE');
  }

  #rollBack(): void {
    try {
      if (this.#connection.isInTransaction) this.#connection.exec('ROLLBACK');
    } catch {
      // Whoever writes next tries it again, and says what is wrong.
    }
  }

  /** The others of the transaction are tried again without the one that failed; when nobody can write, all fail. */
  #giveUp(done: readonly Job[], error: unknown): void {
    this.#rollBack();
    if (error instanceof GivenUp) {
      error.job.fail(error.cause);
      this.#waiting.unshift(...done);
      return;
    }
    const lost = done.length > 0 ? done : this.#waiting.splice(0);
    for (const job of lost) job.fail(error);
  }
}

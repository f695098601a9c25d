import type { Compilable } from 'kysely';
import type { Engine } from '../engine/engine.js';
import { compileQuery } from '../engine/prepare-query.js';

/** Runs single statements. */
export interface Asking {
  /** All rows of a statement that reads. */
  all<R>(query: Compilable<R>): Promise<readonly R[]>;
  /** The rows that a statement which writes gives back; durable when it resolves. */
  change<R>(query: Compilable<R>): Promise<readonly R[]>;
}

/** Statements for an engine, each by itself. */
export function askingOf(engine: Engine): Asking {
  return {
    all: (query) => engine.read(compileQuery(query)),
    change: (query) => engine.write(undefined, (run) => run(compileQuery(query))),
  };
}

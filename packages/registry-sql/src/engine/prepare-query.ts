import { type Compilable, type RawBuilder, sql } from 'kysely';
import type { Query, Value } from './query.js';

/** Stands for a value that is given with each call. */
class Slot {
  readonly key: string;

  constructor(key: string) {
    this.key = key;
  }
}

/** Values of a prepared statement by their names. */
export type Values = Readonly<Record<string, Value>>;

/** Places a value of a prepared statement. */
export type Place<V extends Values> = <K extends string & keyof V>(key: K) => RawBuilder<V[K]>;

let count = 0;

/**
 * Compiles a statement once, for values that are given later: building one takes longer than most reads.
 *
 * @param build gets the function that places a value
 */
export function prepareQuery<V extends Values, R>(build: (place: Place<V>) => Compilable<R>): (values: V) => Query<R> {
  const compiled = build((key) => sql`${new Slot(key)}`).compile();
  const slots: readonly unknown[] = compiled.parameters;
  count += 1;
  const name = `agentmesh_${count}`;
  return (values) => ({
    sql: compiled.sql,
    name,
    values: slots.map((slot) => (slot instanceof Slot ? (values[slot.key] ?? null) : asValue(slot))),
  });
}

/** Compiles a statement for one use. */
export function compileQuery<R>(query: Compilable<R>): Query<R> {
  const { sql: text, parameters } = query.compile();
  return { sql: text, values: parameters.map(asValue) };
}

function asValue(value: unknown): Value {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`A statement has a value of type ${typeof value}`);
}

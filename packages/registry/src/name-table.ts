import { nameKey } from '@agentmesh/manifest';
import type { Row } from './row.js';

/** Rows by name, names in the order they first came. */
export class NameTable<R extends Row> {
  readonly #rows: Map<string, readonly R[]>;
  #alike: Map<string, readonly string[]> | undefined;

  constructor(rows: Iterable<R> = []) {
    const groups = new Map<string, R[]>();
    for (const row of rows) {
      const group = groups.get(row.name);
      if (group === undefined) groups.set(row.name, [row]);
      else group.push(row);
    }
    this.#rows = groups;
  }

  /** A name's rows in order; empty when it is not listed. */
  get(name: string): readonly R[] {
    return this.#rows.get(name) ?? [];
  }

  /** Every name's rows. */
  groups(): Iterable<readonly R[]> {
    return this.#rows.values();
  }

  /** Every name as it is listed now. */
  names(): readonly string[] {
    return [...this.#rows.keys()];
  }

  /** Other listed names with the same `nameKey`. */
  lookalikes(name: string): readonly string[] {
    this.#alike ??= groupByKey(this.#rows.keys());
    return (this.#alike.get(nameKey(name)) ?? []).filter((other) => other !== name);
  }

  /** Replaces a name's rows; without any the name is no longer listed. */
  set(name: string, rows: readonly R[]): void {
    const others = this.lookalikes(name);
    this.#alike?.set(nameKey(name), rows.length === 0 ? others : [...others, name]);
    if (rows.length === 0) this.#rows.delete(name);
    else this.#rows.set(name, rows);
  }
}

function groupByKey(names: Iterable<string>): Map<string, readonly string[]> {
  const alike = new Map<string, readonly string[]>();
  for (const name of names) {
    const key = nameKey(name);
    alike.set(key, [...(alike.get(key) ?? []), name]);
  }
  return alike;
}

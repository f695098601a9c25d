import { nameKey } from '@agentmesh/manifest';
import type { Row } from './row.js';

/** Rows by name, names in the order they first came. */
export class NameTable<R extends Row> {
  readonly #rows: Map<string, readonly R[]> = new Map();
  readonly #alike: Map<string, readonly string[]> = new Map();

  constructor(rows: Iterable<R> = []) {
    const grouped = new Map<string, R[]>();
    for (const row of rows) {
      const group = grouped.get(row.name);
      if (group === undefined) grouped.set(row.name, [row]);
      else group.push(row);
    }
    for (const [name, group] of grouped) this.set(name, group);
  }

  /** A name's rows in order; empty when it is not listed. */
  get(name: string): readonly R[] {
    return this.#rows.get(name) ?? [];
  }

  /** Every name's rows. */
  groups(): Iterable<readonly R[]> {
    return this.#rows.values();
  }

  /** Other listed names with the same `nameKey`. */
  lookalikes(name: string): readonly string[] {
    return (this.#alike.get(nameKey(name)) ?? []).filter((other) => other !== name);
  }

  /** Replaces a name's rows; without any the name is no longer listed. */
  set(name: string, rows: readonly R[]): void {
    const key = nameKey(name);
    const others = this.lookalikes(name);
    this.#alike.set(key, rows.length === 0 ? others : [...others, name]);
    if (rows.length === 0) this.#rows.delete(name);
    else this.#rows.set(name, rows);
  }
}

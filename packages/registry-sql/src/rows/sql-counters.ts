import { sql } from 'kysely';
import type { Engine } from '../engine/engine.js';
import { askingOf } from './asking.js';
import type { CounterRows } from './counter-rows.js';

/** Counts after which windows that ended are removed, so that addresses which come once leave nothing behind for long. */
const SWEEP_EVERY = 1_000;

/** The counters of a database. */
export function createCounterRows(engine: Engine): CounterRows {
  const { build } = engine;
  const { change } = askingOf(engine);
  let calls = 0;
  return {
    async add(key, windowMs, now) {
      const at = now.getTime();
      calls += 1;
      if (calls % SWEEP_EVERY === 0) await change(build.deleteFrom('counters').where('reset_ms', '<', at));
      const isOver = sql<boolean>`counters.reset_ms <= ${at}`;
      const [row] = await change(
        build
          .insertInto('counters')
          .values({ key, count: 1, reset_ms: at + windowMs })
          .onConflict((same) =>
            same.column('key').doUpdateSet({
              count: sql`case when ${isOver} then 1 else counters.count + 1 end`,
              reset_ms: sql`case when ${isOver} then excluded.reset_ms else counters.reset_ms end`,
            }),
          )
          .returning(['count', 'reset_ms']),
      );
      return { count: row?.count ?? 1, resetAt: new Date(row?.reset_ms ?? at + windowMs) };
    },
  };
}

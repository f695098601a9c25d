import { sql } from 'kysely';
import type { Engine } from '../engine/engine.js';
import { compileQuery } from '../engine/prepare-query.js';
import { formatCursor, parseCursor } from '../store/page-cursor.js';
import { askingOf } from './asking.js';
import { pageLimit } from './page-limit.js';
import type { WorkspaceRow, WorkspaceRows } from './workspace-rows.js';

/** The workspaces of a database. */
export function createWorkspaceRows(engine: Engine): WorkspaceRows {
  const { build } = engine;
  const { all, change } = askingOf(engine);
  const workspaces = build.selectFrom('workspaces').selectAll();
  return {
    async ensure({ id, runtime, createdAt }) {
      const [kept] = await change(
        build
          .insertInto('workspaces')
          .values({ id, runtime: runtime ?? null, created_at: createdAt })
          .onConflict((same) =>
            same.column('id').doUpdateSet({ runtime: sql`coalesce(excluded.runtime, workspaces.runtime)` }),
          )
          .returningAll(),
      );
      return kept === undefined ? { id, createdAt } : readWorkspace(kept);
    },
    async find(id) {
      const [row] = await all(workspaces.where('id', '=', id));
      return row === undefined ? undefined : readWorkspace(row);
    },
    async list({ cursor, limit } = {}) {
      const most = pageLimit(limit);
      const [after] = cursor === undefined ? [] : parseCursor(cursor, ['text']);
      const rest = after === undefined ? workspaces : workspaces.where('id', '>', String(after));
      const rows = await all(rest.orderBy('id').limit(most + 1));
      const items = rows.slice(0, most).map(readWorkspace);
      const last = items.at(-1);
      return last === undefined || rows.length <= most ? { items } : { items, cursor: formatCursor([last.id]) };
    },
    async remove(id) {
      return engine.write(undefined, async (run) => {
        await run(compileQuery(build.deleteFrom('installs').where('workspace', '=', id)));
        await run(compileQuery(build.deleteFrom('credentials').where('workspace', '=', id)));
        return (
          (await run(compileQuery(build.deleteFrom('workspaces').where('id', '=', id).returning('id')))).length > 0
        );
      });
    },
  };
}

interface KeptWorkspace {
  readonly id: string;
  readonly runtime: string | null;
  readonly created_at: string;
}

function readWorkspace({ id, runtime, created_at: createdAt }: KeptWorkspace): WorkspaceRow {
  return { id, createdAt, ...(runtime === null ? {} : { runtime }) };
}

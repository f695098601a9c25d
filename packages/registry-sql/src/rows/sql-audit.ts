import { sql } from 'kysely';
import type { Engine } from '../engine/engine.js';
import { formatCursor, parseCursor } from '../store/page-cursor.js';
import { addEventQuery } from '../store/store-queries.js';
import { askingOf } from './asking.js';
import { type AuditColumns, auditColumns } from './audit-columns.js';
import type { AuditEvent, AuditQuery, AuditRows } from './audit-rows.js';
import { readJson } from './json-text.js';
import { pageLimit } from './page-limit.js';

/** The audit log of a database. */
export function createAuditRows(engine: Engine): AuditRows {
  const { all } = askingOf(engine);
  const addEvent = addEventQuery(engine.build);
  return {
    async add(event) {
      await engine.write(undefined, (run) => run(addEvent(auditColumns(event))));
    },
    async list(query = {}) {
      const most = pageLimit(query.limit);
      const rows = await all(
        eventsOf(engine, query)
          .orderBy('at', 'desc')
          .orderBy('place', 'desc')
          .limit(most + 1),
      );
      const page = rows.slice(0, most);
      const items = page.map(readEvent);
      const last = page.at(-1);
      const isWhole = last === undefined || rows.length <= most;
      return isWhole ? { items } : { items, cursor: formatCursor([last.at, last.place]) };
    },
  };
}

function eventsOf({ build }: Engine, { actor, action, subject, since, until, cursor }: AuditQuery) {
  let events = build.selectFrom('audit_events').selectAll();
  if (actor !== undefined) events = events.where('actor', '=', actor);
  if (action !== undefined) events = events.where('action', '=', action);
  if (subject !== undefined) events = events.where('subject', '=', subject);
  if (since !== undefined) events = events.where('at', '>=', since);
  if (until !== undefined) events = events.where('at', '<', until);
  if (cursor === undefined) return events;
  const [at, place] = parseCursor(cursor, ['text', 'number']);
  return events.where(sql<boolean>`(at, place) < (${at}, ${place})`);
}

function readEvent({ id, at, actor, action, subject, address, request_id, detail }: AuditColumns): AuditEvent {
  return {
    id,
    at,
    actor,
    action,
    subject,
    ...(address === null ? {} : { address }),
    ...(request_id === null ? {} : { requestId: request_id }),
    ...(detail === null ? {} : { detail: readJson(detail) }),
  };
}

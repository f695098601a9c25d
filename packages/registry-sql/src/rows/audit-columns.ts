import type { AuditEvent } from './audit-rows.js';

/** The columns of an event. */
export interface AuditColumns {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly address: string | null;
  readonly request_id: string | null;
  readonly detail: string | null;
}

/** An event as it is kept. */
export function auditColumns(event: AuditEvent): AuditColumns & Record<string, string | null> {
  const { id, at, actor, action, subject, address, requestId, detail } = event;
  return {
    ...{ id, at, actor, action, subject },
    address: address ?? null,
    request_id: requestId ?? null,
    detail: detail === undefined ? null : JSON.stringify(detail),
  };
}

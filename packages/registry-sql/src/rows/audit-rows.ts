import type { Page } from '@agentmesh/registry';
import type { JsonValue } from '../json-value.js';

/** One change, and who made it. */
export interface AuditEvent {
  readonly id: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** `token:<id>`, `key:<key id>` or `system`. */
  readonly actor: string;
  /** `publish` and the like. */
  readonly action: string;
  /** What was changed. */
  readonly subject: string;
  /** Network address it came from. */
  readonly address?: string;
  readonly requestId?: string;
  readonly detail?: JsonValue;
}

/** Which events to list; every part is optional. */
export interface AuditQuery {
  readonly actor?: string;
  readonly action?: string;
  readonly subject?: string;
  /** Events at this time or later; ISO 8601 in UTC. */
  readonly since?: string;
  /** Events before this time. */
  readonly until?: string;
  readonly cursor?: string;
  /** Events a page, 1 to 1000; default 100. */
  readonly limit?: number;
}

/** What happened; events are added and read, never changed. */
export interface AuditRows {
  /** @throws MarketplaceError `ROW_EXISTS` for an id that is there already */
  add(event: AuditEvent): Promise<void>;
  /**
   * The newest first.
   *
   * @throws MarketplaceError `CURSOR_INVALID`
   */
  list(query?: AuditQuery): Promise<Page<AuditEvent>>;
}

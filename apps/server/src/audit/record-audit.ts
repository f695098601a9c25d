import { randomUUID } from 'node:crypto';
import type { JsonValue } from '@agentmesh/manifest';
import type { AuditEvent } from '@agentmesh/registry-sql';
import type { Context } from 'hono';
import type { AppDeps, AppEnv } from '../app-deps.js';

/** A change that was made. */
export interface AuditNote {
  /** Kebab case: `publish`, `token-revoke`. */
  readonly action: string;
  /** What was changed: `plugin:weather@1.0.0`, `workspace:team`, `token:0a1b…`. */
  readonly subject: string;
  /** The key whose signature allowed it, when no token did. */
  readonly keyId?: string | undefined;
  readonly detail?: JsonValue;
}

/** A change as the audit log keeps it: who made it, and from where. */
export function auditEvent(
  { now }: Pick<AppDeps, 'now'>,
  context: Context<AppEnv>,
  { action, subject, keyId, detail }: AuditNote,
): AuditEvent {
  const token = context.get('token');
  const byKey = keyId === undefined ? 'anonymous' : `key:${keyId}`;
  return {
    id: randomUUID(),
    at: now().toISOString(),
    actor: token === undefined ? byKey : `token:${token.id}`,
    action,
    subject,
    address: context.get('address'),
    requestId: context.get('requestId'),
    ...(detail === undefined ? {} : { detail }),
  };
}

/**
 * Writes down who changed what, and from where. Called after the change, and awaited before the answer: what was answered is
 * written down.
 *
 * @throws MarketplaceError `DATABASE_UNAVAILABLE`
 */
export async function recordAudit(
  deps: Pick<AppDeps, 'database' | 'now'>,
  context: Context<AppEnv>,
  note: AuditNote,
): Promise<void> {
  await deps.database.audit.add(auditEvent(deps, context, note));
}

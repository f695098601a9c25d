import type { Context } from 'hono';
import type { AppDeps, AppEnv } from '../app-deps.js';
import { recordAudit } from '../audit/record-audit.js';

/** Writes down that a credential of a workspace is about to be shown to its host. */
export function auditCredentialUse(
  deps: Pick<AppDeps, 'database' | 'now'>,
  context: Context<AppEnv>,
  workspace: string,
): (host: string) => Promise<void> {
  return (host) =>
    recordAudit(deps, context, { action: 'credential-use', subject: `workspace:${workspace}`, detail: { host } });
}

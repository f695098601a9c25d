import { MarketplaceError, printable } from '@agentmesh/errors';
import type { Hook } from '@hono/zod-openapi';
import type { AppEnv } from '../app-deps.js';

/**
 * Answers requests that are not as their route describes, naming each field and never its value.
 *
 * @throws MarketplaceError `REQUEST_INVALID`
 */
export const refuseInvalid: Hook<unknown, AppEnv, string, unknown> = (result) => {
  if (result.success) return;
  throw new MarketplaceError(`The ${PLACES[result.target] ?? result.target} of the request is not as expected:`, {
    code: 'REQUEST_INVALID',
    hint: 'GET /openapi.json describes every route.',
    findings: result.error.issues.map((issue) => ({
      code: 'field-invalid',
      severity: 'error',
      path: printable(issue.path.map(String).join('.')),
      message: issue.message,
    })),
  });
};

const PLACES: Readonly<Record<string, string>> = { json: 'body', param: 'path', query: 'query', header: 'header' };

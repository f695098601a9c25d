import { MarketplaceError } from '@agentmesh/errors';
import type { TokenRow } from '@agentmesh/registry-sql';
import type { Context, MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { AppDeps, AppEnv } from '../app-deps.js';
import { isSecretOf, parseToken } from '../tokens/access-token.js';
import { allows, type Scope } from '../tokens/scopes.js';

/** Nobody's: compared with when there is no such token, so that an answer takes as long. */
const NO_HASH = '0'.repeat(64);

/**
 * Finds out who sent a request: `Authorization: Bearer amt_…`, or Basic with the token as password where something is read. A request
 * without one is anonymous, one with a wrong one is refused.
 *
 * @throws MarketplaceError `TOKEN_INVALID`, without saying what is wrong with it
 */
export function authenticate({ database, now }: AppDeps): MiddlewareHandler<AppEnv> {
  return createMiddleware<AppEnv>(async (context, next) => {
    const header = context.req.header('authorization');
    if (header !== undefined) {
      const sent = sentToken(header, context.req.method);
      context.set('token', await findToken(sent, { database, now }));
    }
    await next();
  });
}

/**
 * Lets requests pass whose token has the scope. `read` needs a token only where reading is not open to everybody.
 *
 * @param scope the scope, or how to tell it from a request
 * @throws MarketplaceError `TOKEN_REQUIRED`, `SCOPE_MISSING`
 */
export function requireScope(
  { config }: Pick<AppDeps, 'config'>,
  scope: Scope | ((context: Context<AppEnv>) => Scope),
): MiddlewareHandler<AppEnv> {
  return createMiddleware<AppEnv>(async (context, next) => {
    const needed = typeof scope === 'string' ? scope : scope(context);
    if (needed !== 'read' || !config.anonymousRead) assertAllowed(context.get('token'), needed);
    await next();
  });
}

/**
 * Stands before what needs a scope.
 *
 * @throws MarketplaceError `TOKEN_REQUIRED`, `SCOPE_MISSING`
 */
export function assertAllowed(token: TokenRow | undefined, scope: Scope): void {
  if (token === undefined) {
    throw new MarketplaceError(`Expected a token with the scope ${scope}, got none`, {
      code: 'TOKEN_REQUIRED',
      hint: 'Send "Authorization: Bearer amt_…"; an admin makes tokens with POST /v1/tokens.',
    });
  }
  if (allows(token.scopes, scope)) return;
  throw new MarketplaceError(`Expected a token with the scope ${scope}; this one has ${token.scopes.join(', ')}`, {
    code: 'SCOPE_MISSING',
    hint: 'Ask an admin of the server for a token with that scope.',
  });
}

/**
 * The token of the header. Browsers send theirs as the password of HTTP Basic (RFC 7617), with whatever any page makes them send: so
 * it only counts for reading.
 */
function sentToken(header: string, method: string): string {
  const bearer = /^bearer +(\S+)$/i.exec(header)?.[1];
  if (bearer !== undefined || (method !== 'GET' && method !== 'HEAD')) return bearer ?? '';
  const basic = /^basic +([A-Za-z0-9+/=]+)$/i.exec(header)?.[1] ?? '';
  return /:(.*)$/s.exec(Buffer.from(basic, 'base64').toString())?.[1] ?? '';
}

async function findToken(token: string, { database, now }: Pick<AppDeps, 'database' | 'now'>): Promise<TokenRow> {
  const sent = parseToken(token);
  const row = sent === undefined ? undefined : await database.tokens.find(sent.id);
  const isRight = isSecretOf(sent?.secret ?? '', row?.hash ?? NO_HASH);
  if (row === undefined || !isRight || !isInForce(row, now())) {
    throw new MarketplaceError('The token is not one of this server, has expired, or was revoked', {
      code: 'TOKEN_INVALID',
      hint: 'Log in again, or leave the token out for what needs none.',
    });
  }
  return row;
}

function isInForce({ revokedAt, expiresAt }: TokenRow, now: Date): boolean {
  return revokedAt === undefined && (expiresAt === undefined || Date.parse(expiresAt) > now.getTime());
}

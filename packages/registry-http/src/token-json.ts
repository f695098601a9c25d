import { MarketplaceError } from '@agentmesh/errors';
import { z } from 'zod';

/** A token, as its server knows it. */
export interface KnownToken {
  readonly id: string;
  readonly label: string;
  readonly scopes: readonly string[];
  /** ISO 8601; unset for one that lasts. */
  readonly expiresAt?: string;
  /** ISO 8601; unset for one that is in force. */
  readonly revokedAt?: string;
}

/** A token that was just made. */
export interface NewToken extends KnownToken {
  /** What its holder sends. The server does not say it again. */
  readonly token: string;
}

const time = z.string().max(40).optional();
const shape = z.object({
  id: z.string().max(100),
  label: z.string().max(1_000),
  scopes: z.array(z.string().max(200)).max(1_000),
  expires_at: time,
  revoked_at: time,
});
const newShape = shape.extend({ token: z.string().regex(/^[\x21-\x7e]{1,500}$/) });
const listShape = z.object({ items: z.array(shape).max(100_000) });

/** @throws MarketplaceError `FETCH_FAILED` */
export function parseToken(value: unknown): KnownToken {
  return fromJson(check(shape, value));
}

/** @throws MarketplaceError `FETCH_FAILED` */
export function parseNewToken(value: unknown): NewToken {
  const found = check(newShape, value);
  return { ...fromJson(found), token: found.token };
}

/** @throws MarketplaceError `FETCH_FAILED` */
export function parseTokens(value: unknown): readonly KnownToken[] {
  return check(listShape, value).items.map(fromJson);
}

function fromJson({ id, label, scopes, expires_at, revoked_at }: z.infer<typeof shape>): KnownToken {
  return {
    id,
    label,
    scopes,
    ...(expires_at === undefined ? {} : { expiresAt: expires_at }),
    ...(revoked_at === undefined ? {} : { revokedAt: revoked_at }),
  };
}

function check<T>(expected: z.ZodType<T>, value: unknown): T {
  const found = expected.safeParse(value);
  if (found.success) return found.data;
  throw new MarketplaceError('The server answered with what is no token', {
    code: 'FETCH_FAILED',
    hint: 'Check the URL of the registry.',
  });
}

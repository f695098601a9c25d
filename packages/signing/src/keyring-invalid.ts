import { type Finding, MarketplaceError } from '@agentmesh/errors';

/** A `KEYRING_INVALID` error. */
export function keyringInvalid(
  message: string,
  options: { hint: string; findings?: Finding[]; cause?: unknown },
): MarketplaceError {
  return new MarketplaceError(message, { code: 'KEYRING_INVALID', ...options });
}

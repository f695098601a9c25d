import { MarketplaceError, printable } from '@agentmesh/errors';

/** What an answer that is no success was for. */
export interface RefusedRequest {
  readonly status: number;
  /** The registry, as it may be shown. */
  readonly registry: string;
  /** Whether it was sent a credential of the user's; a token that anybody gets is none. */
  readonly authorized: boolean;
  readonly access: 'pull' | 'push';
}

/**
 * The error of a registry's answer. Without a credential a private and a missing repository look the same to a reader, so
 * both are `SOURCE_NOT_FOUND`; what the registry wrote is not told.
 */
export function registryError(refused: RefusedRequest): MarketplaceError {
  const registry = printable(refused.registry);
  const { status, authorized, access } = refused;
  const isDenied = status === 401 || status === 403;
  if (isDenied && (authorized || access === 'push')) {
    return new MarketplaceError(
      authorized
        ? `${registry} refuses the credential for this repository (status ${status})`
        : `${registry} takes nothing without a credential (status ${status})`,
      { code: 'SOURCE_UNAUTHORIZED', hint: `Check the credential for ${registry}, and that it may ${access} there.` },
    );
  }
  if (isDenied || status === 404) {
    return new MarketplaceError(`${registry} has nothing there, or does not show it (status ${status})`, {
      code: 'SOURCE_NOT_FOUND',
      hint: 'Check the reference; for a private repository give a credential for exactly that registry.',
    });
  }
  if (access === 'push') {
    return new MarketplaceError(`${registry} did not take what was pushed (status ${status})`, {
      code: status === 413 ? 'FETCH_TOO_LARGE' : 'PUSH_FAILED',
      hint: 'Check that the repository may be written to, and try again.',
    });
  }
  return new MarketplaceError(`${registry} answered with status ${status}`, {
    code: 'FETCH_FAILED',
    hint: status === 429 ? 'It asks for fewer requests: try again later.' : 'Try again later.',
  });
}

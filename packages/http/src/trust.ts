import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

/**
 * Options of TLS that trust certificates in PEM beside the system's; none without any. The context is made once, since reading
 * all authorities for each connection would cost more than the connection.
 */
export function trust(ca: string | readonly string[] | undefined): { secureContext?: SecureContext } {
  if (ca === undefined) return {};
  return { secureContext: createSecureContext({ ca: [...getCACertificates('default'), ...[ca].flat()] }) };
}

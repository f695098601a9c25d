import { getCACertificates } from 'node:tls';

/** Options of TLS that trust certificates in PEM beside the system's; none without any. */
export function trust(ca: string | readonly string[] | undefined): { ca?: string[] } {
  return ca === undefined ? {} : { ca: [...getCACertificates('default'), ...[ca].flat()] };
}

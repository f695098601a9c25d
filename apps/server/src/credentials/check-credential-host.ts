import { MarketplaceError, printable } from '@agentmesh/errors';

const MAX_HOST = 260;

/**
 * A host that a credential is for, with its port when that is not 443, as `URL` writes it: lower case, no blank, no user, no path.
 *
 * @throws MarketplaceError `CREDENTIAL_INVALID`
 */
export function checkCredentialHost(host: string): string {
  if (host.length <= MAX_HOST && /^[a-z0-9.:[\]-]+$/.test(host) && sameAsUrl(host)) return host;
  throw new MarketplaceError(
    `Expected a host such as git.example.com or registry.example:5000, got "${printable(host, 80)}"`,
    {
      code: 'CREDENTIAL_INVALID',
      hint: 'Write it in lower case, with the port only when it is not 443.',
    },
  );
}

function sameAsUrl(host: string): boolean {
  const url = URL.parse(`https://${host}/`);
  return url?.host === host && url.href === `https://${host}/`;
}

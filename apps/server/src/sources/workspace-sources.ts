import type { Credentials, ProxySettings } from '@agentmesh/download';
import { MarketplaceError, nearest } from '@agentmesh/errors';
import { SourceRegistry, type SourceResolver } from '@agentmesh/resolver';
import type { VersionSource } from '@agentmesh/resolver-registry';
import { lazyResolver } from './lazy-resolver.js';
import { SERVER_SCHEMES } from './server-schemes.js';

/** What every scheme of a server may be made from. */
export interface SchemeOptions {
  /** Folder of the `local` scheme. */
  readonly pluginsDir: string;
  /** What the scheme `registry` reads. */
  readonly registry: VersionSource;
  /** Private hosts, addresses and ranges that may be fetched from (default none). */
  readonly allowPrivateHosts?: readonly string[] | undefined;
  /** Certificates to trust besides, in PEM. */
  readonly ca?: string | undefined;
  readonly proxy?: ProxySettings | undefined;
  /** Where `git` is looked for. */
  readonly searchPath?: string | undefined;
  /** Other addresses of public services, by scheme. */
  readonly baseUrls?: Readonly<Partial<Record<'clawhub' | 'github' | 'npm', string>>> | undefined;
}

/** The schemes that workspaces install from. */
export interface WorkspaceSources {
  /** Sorted; exactly those that are wired. */
  schemes(): readonly string[];
  /** Sources that show these credentials, and no others, to whom they belong. */
  open(credentials: Credentials): SourceRegistry;
}

/**
 * Wires the schemes that the configuration names, and resolvers of third parties. Nothing that is fetched is kept between installs: what one
 * workspace may read, another may not.
 *
 * @throws MarketplaceError `SETTINGS_INVALID` for a scheme that nobody has
 */
export function wireSources(
  schemes: readonly string[],
  options: SchemeOptions,
  others: readonly SourceResolver[] = [],
): WorkspaceSources {
  for (const scheme of schemes) assertKnown(scheme, others);
  const open = (credentials: Credentials): SourceRegistry => {
    const registry = new SourceRegistry();
    for (const scheme of new Set(schemes)) {
      const load = SERVER_SCHEMES.get(scheme);
      if (load !== undefined) registry.register(lazyResolver(scheme, () => load({ ...options, credentials })));
    }
    for (const resolver of others)
      if (schemes.includes(resolver.scheme)) registry.register(resolver, { replace: true });
    return registry;
  };
  const wired = [...new Set(schemes)].sort();
  return { schemes: () => wired, open };
}

function assertKnown(scheme: string, others: readonly SourceResolver[]): void {
  const known = [...SERVER_SCHEMES.keys(), ...others.map((resolver) => resolver.scheme)].sort();
  if (known.includes(scheme)) return;
  const meant = nearest(scheme, known);
  throw new MarketplaceError(`The setting sources names the scheme "${scheme}"; known: ${known.join(', ')}`, {
    code: 'SETTINGS_INVALID',
    hint: meant === undefined ? 'Take it out.' : `Did you mean "${meant}"?`,
  });
}

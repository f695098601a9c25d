import { resolve } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';

/** Where a registry is, as the user named it. */
export interface RegistryPlace {
  /** `file`: a registry file, or a folder with a mirror; the other kinds by their scheme. */
  readonly kind: 'file' | 'sqlite' | 'postgres' | 'http';
  /** Absolute path, or the URL with all that is in it. */
  readonly location: string;
  /** The same as it may be shown: without a password. */
  readonly shown: string;
  /** Where archives are, if not where they usually are: an absolute path, or `oci://registry/repository`. */
  readonly artifacts: string | undefined;
  /** True when the user named it, not a project: only then are hosts reached that are not on the internet. */
  readonly isUsers: boolean;
}

/** Who named a registry, and where relative paths start. */
export interface PlaceContext {
  readonly base: string;
  readonly isUsers: boolean;
  readonly artifacts?: string | undefined;
}

const SCHEME = /^([a-z][a-z0-9+.-]+):/i;
const OCI = 'oci://';

/**
 * Reads `<file|sqlite:…|postgres://…|https://…>`.
 *
 * @throws MarketplaceError `USAGE` for another scheme; `SETTINGS_INVALID` for a database that a project names
 */
export function parseRegistryPlace(text: string, context: PlaceContext): RegistryPlace {
  const { base, isUsers } = context;
  const artifacts = artifactsPlace(context);
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined || scheme.length === 1 || scheme === 'file') {
    const location = resolve(base, scheme === 'file' ? text.replace(/^file:(?:\/\/(?=\/))?/i, '') : text);
    return { kind: 'file', location, shown: location, artifacts, isUsers };
  }
  if (scheme === 'http' || scheme === 'https') {
    return { kind: 'http', location: text, shown: withoutPassword(text), artifacts, isUsers };
  }
  if (!isUsers) throw databaseOfProject();
  if (scheme === 'sqlite') {
    const location = `sqlite:${resolve(base, text.slice('sqlite:'.length))}`;
    return { kind: 'sqlite', location, shown: location, artifacts, isUsers };
  }
  if (scheme === 'postgres' || scheme === 'postgresql') {
    return { kind: 'postgres', location: text, shown: withoutPassword(text), artifacts, isUsers };
  }
  throw unknownKind(scheme);
}

function artifactsPlace({ artifacts, base }: PlaceContext): string | undefined {
  if (artifacts === undefined || artifacts.startsWith(OCI)) return artifacts;
  return resolve(base, artifacts);
}

/** What cannot be read as a URL is not shown at all: a password with a character out of place would be. */
function withoutPassword(text: string): string {
  const url = URL.parse(text);
  if (url === null) return `${text.slice(0, text.indexOf(':'))}://…`;
  if (url.username !== '') url.username = 'user';
  if (url.password !== '') url.password = 'hidden';
  // Parameters may hold one too.
  const query = url.search === '' ? '' : '?…';
  url.search = '';
  url.hash = '';
  return printable(`${url.href}${query}`, 500);
}

function databaseOfProject(): MarketplaceError {
  return new MarketplaceError('A project may name a registry file or an https registry, and no database', {
    code: 'SETTINGS_INVALID',
    hint: 'Name the database yourself: --registry, AGENTMESH_REGISTRY, or registry in your own settings.yaml.',
  });
}

function unknownKind(scheme: string): MarketplaceError {
  return new MarketplaceError(`There is no kind of registry ${printable(scheme, 40)}`, {
    code: 'USAGE',
    hint: 'Name a file, sqlite:/path/of.db, postgres://user@host/database or https://plugins.example.com.',
  });
}

import { type Digest, parseDigest } from '@agentmesh/download';
import { MarketplaceError } from '@agentmesh/errors';

/** A repository of a registry. */
export interface OciRepository {
  /** Host in lower case, with `:port` where it is not 443. */
  readonly registry: string;
  /** Path of the repository: `acme/plugins/demo`. */
  readonly repository: string;
}

/** Something in a repository: under a tag that may move, or under its digest. */
export interface OciReference extends OciRepository {
  readonly tag?: string;
  readonly digest?: Digest;
}

const MAX_REFERENCE = 1_024;
const MAX_REPOSITORY = 255;
const HOST = String.raw`(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?`;
const SEGMENT = '[a-z0-9]+(?:(?:[.]|_|__|-+)[a-z0-9]+)*';
const REFERENCE = new RegExp(
  `^(?<registry>${HOST})/(?<repository>${SEGMENT}(?:/${SEGMENT})*)` +
    '(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127})|@(?<digest>sha256:[0-9a-f]{64}))?$',
);

/**
 * Reads `registry/repository`, optionally with `:tag` or `@sha256:…`, by the grammar of the OCI distribution specification
 * (1.1, "Pulling manifests"). The registry is always written, and is told from a path by a dot, a port or the name
 * `localhost`; nothing stands for a default registry.
 *
 * @throws MarketplaceError `SOURCE_SYNTAX`
 */
export function parseOciReference(text: string): OciReference {
  const found = (text.length <= MAX_REFERENCE && REFERENCE.exec(text)?.groups) || {};
  const { registry = '', repository = '', tag, digest: written } = found;
  if (registry === '') throw syntaxError('Expected registry/repository, and optionally :tag or @sha256:…');
  if (repository.length > MAX_REPOSITORY) {
    throw syntaxError(`Expected the path of a repository with at most ${MAX_REPOSITORY} characters`);
  }
  const digest = written === undefined ? undefined : parseDigest(written);
  return {
    registry: checkRegistry(registry),
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** Writes a reference; `parseOciReference` of it answers the same. A digest wins over a tag. */
export function formatOciReference({ registry, repository, tag, digest }: OciReference): string {
  if (digest !== undefined) return `${registry}/${repository}@${digest}`;
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}`;
}

/** What a URL parser would read as another host, such as an address in another spelling, is refused. */
function checkRegistry(written: string): string {
  const registry = written.toLowerCase();
  const url = URL.parse(`https://${registry}`);
  const plain = registry.replace(/:443$/, '');
  if (url === null || url.host !== plain) throw syntaxError('Expected the plain name or address of a registry');
  if (/[.:]/.test(registry) || registry === 'localhost') return plain;
  throw syntaxError('Expected a registry before the first "/": a name with a dot, a port, or localhost');
}

function syntaxError(message: string): MarketplaceError {
  return new MarketplaceError(message, {
    code: 'SOURCE_SYNTAX',
    hint: 'Write it like ghcr.io/acme/my-plugin:1.0.0; a repository is lower case, and a digest stands alone, without a tag.',
  });
}

import type { SourceResolver } from '@agentmesh/resolver';

/** A source that the resolver under test can fetch. */
export interface KnownSource {
  readonly spec: string;
  /** The name it answers. */
  readonly name: string;
}

/** What `checkResolver` needs to know of a resolver. */
export interface ResolverContract {
  /** Makes the resolver; called for every check. */
  readonly createResolver: () => SourceResolver | Promise<SourceResolver>;
  /** A source with at least two files and two bytes. */
  readonly known: KnownSource;
  /** A second one with other content, for fetches side by side. */
  readonly other: KnownSource;
  /** A legal spec of something that is not there. */
  readonly missing: string;
  /** Specs that are illegal in this scheme, beside those that are illegal in all. */
  readonly hostile?: readonly string[];
  /** A credential or private text that the resolver was given and that no error may show. */
  readonly secret?: string;
  /** Codes of its own, beside `FETCH_ERROR_CODES`. */
  readonly codes?: readonly string[];
  /** How many fetches are cancelled, each at a random moment (default 25). */
  readonly cancellations?: number;
}

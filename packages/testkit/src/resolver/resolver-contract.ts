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
  /**
   * Credentials, or texts of the upstream, that no error, answer or fetched file may show. Give the resolver such a
   * credential, and let the upstream of `failing` shout the texts.
   */
  readonly secret?: string | readonly string[];
  /** Legal specs at which the upstream fails: each ends in a documented code. */
  readonly failing?: readonly string[];
  /** A source that is there, and that the resolver's credential may not read: `SOURCE_UNAUTHORIZED`. */
  readonly refused?: string;
  /** A source that is there, private, and for whose host the resolver has no credential: `SOURCE_NOT_FOUND`. */
  readonly hidden?: string;
  /** Specs whose reference may move (a branch, a range, none): fetched by default, refused under `pinned: 'required'`. */
  readonly moving?: readonly string[];
  /** A source of more than 8 MiB that do not compress, or one without end. */
  readonly large?: string;
  /** A source of more than 1,000 files. */
  readonly many?: string;
  /** A source of few bytes that unpack to more than any limit. */
  readonly bomb?: string;
  /** A source that takes longer than a minute, a byte now and then. */
  readonly slow?: string;
  /** How often the upstream was asked for anything so far: what is refused before any network use must not raise it. */
  readonly contacts?: () => number;
  /** How many connections, child processes and the like of the resolver are at work now: none a second after the end. */
  readonly active?: () => number | Promise<number>;
  /** Codes of its own, beside `FETCH_ERROR_CODES`. */
  readonly codes?: readonly string[];
  /** How many fetches are cancelled, each at a random moment (default 25). */
  readonly cancellations?: number;
}

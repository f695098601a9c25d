import { MarketplaceError, nearest, printable } from '@agentmesh/errors';
import { checkResolverShape } from './check-resolver-shape.js';
import { checkSpecLength } from './check-spec-length.js';
import { completeLimits, type FetchLimits } from './fetch-limits.js';
import { fetchSource } from './fetch-source.js';
import type { Source } from './source.js';
import type { FetchedPlugin, FetchProgress, SourceResolver } from './source-resolver.js';

/** What {@link SourceRegistry.fetch} takes beside source and target. */
export interface FetchOptions {
  readonly signal?: AbortSignal | undefined;
  /** Unset ones keep their default. */
  readonly limits?: Partial<FetchLimits> | undefined;
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined;
  /** `required` refuses what may move (`SOURCE_UNPINNED`); see `FetchContext.pinned`. */
  readonly pinned?: 'required' | undefined;
}

/** A {@link FetchedPlugin} and where it was asked for. */
export interface FetchedSource extends FetchedPlugin {
  readonly source: Source;
}

/** The schemes that are known here, one resolver each. Any number of fetches may run at the same time. */
export class SourceRegistry {
  readonly #resolvers = new Map<string, SourceResolver>();

  /**
   * Adds a resolver; calls chain.
   *
   * @throws RESOLVER_INVALID for what does not fit the port; SOURCE_SCHEME_TAKEN for a second resolver of a scheme
   * without `replace`. A fetch under way keeps the resolver it began with.
   */
  register(resolver: SourceResolver, options: { readonly replace?: boolean } = {}): this {
    checkResolverShape(resolver);
    const { scheme } = resolver;
    if (this.#resolvers.has(scheme) && options.replace !== true) {
      throw new MarketplaceError(`The scheme "${scheme}" has a resolver already`, {
        code: 'SOURCE_SCHEME_TAKEN',
        hint: 'Register it with { replace: true } to put it in the place of the first.',
      });
    }
    this.#resolvers.set(scheme, resolver);
    return this;
  }

  /** All known schemes, sorted by code unit. */
  schemes(): string[] {
    return [...this.#resolvers.keys()].sort();
  }

  has(scheme: string): boolean {
    return this.#resolvers.has(scheme);
  }

  /**
   * Fetches a source into `target`, which is absent or an empty folder and afterwards either holds the whole plugin or
   * is as it was. The resolver writes to a folder beside it. One that ignores its signal does not hold the caller up:
   * half a second after the abort the fetch is over, and what the resolver still writes is removed when it ends.
   *
   * An abort rejects with the signal's reason. No message holds a spec, since a spec may hold a credential.
   *
   * @throws SOURCE_SCHEME_UNKNOWN, SOURCE_SYNTAX, LIMIT_INVALID and TARGET_NOT_EMPTY before any resolver runs;
   * FETCH_TIMEOUT; RESOLVER_INVALID for an answer that does not fit the port; what the resolver threw when that is a
   * `MarketplaceError`; FETCH_FAILED with the cause for anything else
   */
  async fetch(source: Source, target: string, options: FetchOptions = {}): Promise<FetchedSource> {
    const resolver = this.#get(source.scheme);
    const limits = completeLimits(options.limits);
    checkSpecLength(source.spec, limits.maxSpecBytes);
    const fetched = await fetchSource({ ...options, resolver, source, target, limits });
    return { ...fetched, source: { scheme: source.scheme, spec: source.spec } };
  }

  #get(scheme: string): SourceResolver {
    const resolver = this.#resolvers.get(scheme);
    if (resolver !== undefined) return resolver;
    const known = this.schemes();
    const meant = nearest(scheme, known);
    throw new MarketplaceError(
      `No resolver for the scheme "${printable(scheme, 80)}"; known: ${known.length === 0 ? 'none' : known.join(', ')}`,
      {
        code: 'SOURCE_SCHEME_UNKNOWN',
        hint: meant === undefined ? 'Use a known scheme, or register a resolver.' : `Did you mean "${meant}"?`,
      },
    );
  }
}

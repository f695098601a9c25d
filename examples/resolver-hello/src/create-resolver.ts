import { MarketplaceError, printable } from '@agentmesh/errors';
import { formatSource, resolverName, type SourceResolver } from '@agentmesh/resolver';
import { pluginFiles } from './plugin-files.ts';
import { writeFiles } from './write-files.ts';

const SCHEME = 'hello';
const SPEC = /^[a-z][a-z0-9-]{0,63}$/;

/** What {@link createResolver} takes. agentmesh hands over its network settings too: proxy, credentials, cache and more. */
export interface HelloResolverOptions {
  /** The first word of the greeting (default `Hello`). */
  readonly greeting?: string;
}

/**
 * The resolver of the scheme `hello`: `hello://world` is a plugin that greets the world. Put your own way to bring files in
 * the place of `pluginFiles`.
 *
 * `fetch` throws SOURCE_SYNTAX for a malformed spec, SOURCE_NOT_FOUND, and FETCH_TOO_LARGE at a limit.
 */
export function createResolver(options: HelloResolverOptions = {}): SourceResolver {
  const { greeting = 'Hello' } = options;
  return {
    scheme: SCHEME,
    fetch: async (spec, target, context) => {
      // First of all: whoever wrote the spec is not trusted, and nothing is touched for a malformed one.
      const name = resolverName(checkSpec(spec));
      context.signal.throwIfAborted();
      const files = pluginFiles(name, greeting);
      if (files === undefined) throw notFound(name);
      await writeFiles(files, target, context);
      // The same source with its reference pinned: a digest, a commit id, an exact version, where the scheme has one.
      return { name, resolved: formatSource({ scheme: SCHEME, spec }) };
    },
  };
}

function checkSpec(spec: string): string {
  if (SPEC.test(spec)) return spec;
  throw new MarketplaceError(`Expected a name, got "${printable(spec, 80)}"`, {
    code: 'SOURCE_SYNTAX',
    hint: 'Write it as hello://world: lower-case letters, digits and "-".',
  });
}

function notFound(name: string): MarketplaceError {
  return new MarketplaceError(`There is no "${name}"`, { code: 'SOURCE_NOT_FOUND', hint: 'Check the name.' });
}

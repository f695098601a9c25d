import { MarketplaceError } from '@agentmesh/errors';
import { parseSource } from './parse-source.js';
import { resolverName } from './resolver-name.js';
import type { Source } from './source.js';
import type { FetchedPlugin } from './source-resolver.js';

/**
 * A resolver may be anyone's code: what it answers is checked before anybody acts on it. The name passes `resolverName`.
 *
 * @throws RESOLVER_INVALID for a name that no plugin can have, or a `resolved` of another scheme or none
 */
export function checkAnswer(answer: unknown, source: Source): FetchedPlugin {
  if (typeof answer !== 'object' || answer === null) throw invalid(source, 'no object');
  const { name, resolved, revision }: { name?: unknown; resolved?: unknown; revision?: unknown } = answer;
  if (typeof name !== 'string') throw invalid(source, 'no name');
  if (typeof resolved !== 'string') throw invalid(source, 'no resolved source');
  if (revision !== undefined && typeof revision !== 'string') throw invalid(source, 'a revision that is no text');
  const safeName = attempt(source, 'a name that no plugin can have', () => resolverName(name));
  const pinned = attempt(source, 'a malformed resolved source', () => parseSource(resolved, { defaultScheme: '' }));
  if (pinned.scheme !== source.scheme) throw invalid(source, `a resolved source of scheme "${pinned.scheme}"`);
  return revision === undefined ? { name: safeName, resolved } : { name: safeName, resolved, revision };
}

function attempt<T>(source: Source, problem: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw invalid(source, problem, cause);
  }
}

function invalid(source: Source, problem: string, cause?: unknown): MarketplaceError {
  return new MarketplaceError(`The resolver of scheme "${source.scheme}" answered with ${problem}`, {
    code: 'RESOLVER_INVALID',
    hint: 'This is a fault of the resolver, not of the source: tell its author.',
    cause,
  });
}

import { MarketplaceError, printable } from '@agentmesh/errors';
import { checkSpecLength } from './check-spec-length.js';
import { DEFAULT_FETCH_LIMITS } from './fetch-limits.js';
import { findScheme, isScheme, SCHEME_SEPARATOR } from './scheme.js';
import type { Source } from './source.js';
import { trimBlanks } from './trim-blanks.js';

/** How {@link parseSource} reads. */
export interface ParseSourceOptions {
  /** Scheme of a text without `scheme://` (default `local`). */
  readonly defaultScheme?: string;
  /** Longest spec in UTF-8 bytes (default 64 KiB). */
  readonly maxSpecBytes?: number;
}

/**
 * Reads what a user typed: `scheme://spec`, the scheme by RFC 3986 (section 3.1), or a spec of the default scheme.
 * ASCII white space around text and spec is dropped. Whether the scheme is known and the spec legal is not decided here:
 * the registry and the resolver do that.
 *
 * @throws SOURCE_SYNTAX for an empty text, an empty spec, or one over a limit
 */
export function parseSource(text: string, options: ParseSourceOptions = {}): Source {
  const { defaultScheme = 'local', maxSpecBytes = DEFAULT_FETCH_LIMITS.maxSpecBytes } = options;
  if (typeof text !== 'string') throw syntaxError(`Expected a source as text, got ${typeof text}`);
  const trimmed = trimBlanks(text);
  if (trimmed === '') throw syntaxError('Expected a source, got nothing');
  const written = findScheme(trimmed);
  const scheme = written ?? defaultScheme;
  if (!isScheme(scheme)) throw syntaxError(`Expected a scheme of at most 64 letters, got "${printable(scheme, 80)}"`);
  const spec = written === undefined ? trimmed : trimBlanks(trimmed.slice(scheme.length + SCHEME_SEPARATOR.length));
  if (spec === '') throw syntaxError(`Expected a spec after "${scheme}://", got nothing`);
  checkSpecLength(spec, maxSpecBytes);
  return { scheme, spec };
}

function syntaxError(message: string): MarketplaceError {
  return new MarketplaceError(message, {
    code: 'SOURCE_SYNTAX',
    hint: 'Write a source as scheme://spec, such as local://my-plugin.',
  });
}

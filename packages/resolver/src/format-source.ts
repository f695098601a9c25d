import { MarketplaceError } from '@agentmesh/errors';
import { isScheme, SCHEME_SEPARATOR } from './scheme.js';
import type { Source } from './source.js';
import { trimBlanks } from './trim-blanks.js';

/**
 * Writes a source as `scheme://spec`; `parseSource` of it answers the same source.
 *
 * @throws SOURCE_SYNTAX for what no text can say: a malformed scheme, an empty spec, white space around it
 */
export function formatSource(source: Source): string {
  if (isScheme(source.scheme) && source.spec !== '' && trimBlanks(source.spec) === source.spec) {
    return source.scheme + SCHEME_SEPARATOR + source.spec;
  }
  throw new MarketplaceError('Expected a source with a scheme and a spec without white space around it', {
    code: 'SOURCE_SYNTAX',
    hint: 'Make sources with parseSource.',
  });
}

import { checkPath } from '@agentmesh/artifact';
import { MarketplaceError, printable } from '@agentmesh/errors';

const FOLDER_NAME = /^[a-z0-9][a-z0-9._-]{0,127}$/;
const BLANKS_AROUND = /^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g;
/** Beyond it no trimming is tried: the longest legal name and room for blanks. */
const MAX_SPEC = 1_024;

/**
 * The folder name in a spec of the local scheme: lower-case ASCII letters, digits, `.`, `-` and `_`, 1–128 of them, a letter
 * or digit first, no `..` anywhere. White space around it is dropped. What Windows cannot store under that very name
 * (`con`, `a.`) is refused everywhere, so that a folder of plugins can move.
 *
 * @throws SOURCE_SYNTAX
 */
export function checkFolderName(spec: string): string {
  const name = spec.length > MAX_SPEC ? spec : spec.replace(BLANKS_AROUND, '');
  if (!FOLDER_NAME.test(name) || name.includes('..')) {
    throw syntaxError(`Expected the name of a plugin folder, got "${printable(spec, 140)}"`, {
      hint: 'A name is 1–128 lower-case letters, digits, ".", "-" or "_", begins with a letter or digit, and has no "..".',
    });
  }
  const reason = checkPath(name);
  if (reason === undefined) return name;
  throw syntaxError(`Expected a folder name that every system can store, got "${name}": ${reason}`, {
    hint: 'Rename the folder.',
  });
}

function syntaxError(message: string, options: { readonly hint: string }): MarketplaceError {
  return new MarketplaceError(message, { code: 'SOURCE_SYNTAX', ...options });
}

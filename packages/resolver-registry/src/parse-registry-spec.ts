import { MarketplaceError, printable } from '@agentmesh/errors';
import { isPluginName, isVersion, parseRange } from '@agentmesh/manifest';

/** A spec of the scheme, taken apart. */
export interface RegistrySpec {
  readonly name: string;
  /** Comma-separated comparators; empty for any version. */
  readonly range: string;
  /** Set where the range is one version. */
  readonly version?: string;
}

const MAX_SPEC = 4_096;

/**
 * Reads `name[@range]`: a plugin's name by the publishing rule, and one version or comparators as in a dependency.
 *
 * @throws MarketplaceError `SOURCE_SYNTAX`
 */
export function parseRegistrySpec(spec: string): RegistrySpec {
  const at = spec.indexOf('@');
  const name = at === -1 ? spec : spec.slice(0, at);
  const range = at === -1 ? '' : spec.slice(at + 1);
  if (spec.length > MAX_SPEC || !isPluginName(name)) throw syntaxError(spec, 'no name of a plugin');
  if (at === -1) return { name, range };
  if (isVersion(range)) return { name, range: `==${range}`, version: range };
  const comparators = range.trim() === '' ? 'nothing stands after "@"' : parseRange(range);
  if (typeof comparators === 'string') throw syntaxError(spec, comparators);
  return { name, range };
}

function syntaxError(spec: string, problem: string): MarketplaceError {
  return new MarketplaceError(`Expected name[@range], got "${printable(spec, 140)}": ${printable(problem, 140)}`, {
    code: 'SOURCE_SYNTAX',
    hint: 'Write it as registry://my-plugin, registry://my-plugin@1.2.0 or registry://my-plugin@>=1.0.0,<2.0.0.',
  });
}

import { MarketplaceError } from '@agentmesh/errors';
import { resolverName } from '@agentmesh/resolver';
import valid from 'semver/functions/valid.js';
import validRange from 'semver/ranges/valid.js';

/** What a spec asks for. */
export interface NpmSpec {
  /** `name` or `@scope/name`. */
  readonly package: string;
  /** The name for a plugin without a manifest: the package's, without its scope. */
  readonly name: string;
  readonly wanted: WantedVersion;
}

/** `exact` cannot move; a range and a tag of the registry can. */
export interface WantedVersion {
  readonly kind: 'exact' | 'range' | 'tag';
  readonly text: string;
}

const MAX_SPEC = 512;
const MAX_NAME = 214;
const SPEC = /^(?<scope>@[a-z0-9][a-z0-9._-]*\/)?(?<name>[A-Za-z0-9][A-Za-z0-9._-]*)(?:@(?<wanted>[\x20-\x7e]*))?$/;
const TAG = /^[A-Za-z][A-Za-z0-9._-]{0,127}$/;

/**
 * Reads `[@scope/]name[@range]`: a name by the rules of the npm registry, less the characters that no plugin's name has; then
 * an exact version, a range of the semver library, or a tag. Nothing stands for every version, of which the registry's
 * `latest` is the first choice.
 *
 * @throws MarketplaceError `SOURCE_SYNTAX`
 */
export function parseNpmSpec(spec: string): NpmSpec {
  const { scope = '', name = '', wanted } = (spec.length <= MAX_SPEC && SPEC.exec(spec)?.groups) || {};
  const whole = scope + name;
  if (name === '' || whole.length > MAX_NAME) throw syntaxError('Expected the name of an npm package');
  if (wanted === '') throw syntaxError('Expected a version, a range or a tag after "@"');
  return { package: whole, name: resolverName(name), wanted: readWanted(wanted ?? '*') };
}

function readWanted(text: string): WantedVersion {
  if (text.trim() !== text) throw syntaxError('Expected no blanks around a range');
  if (valid(text) === text) return { kind: 'exact', text };
  if (validRange(text) !== null) return { kind: 'range', text };
  if (TAG.test(text)) return { kind: 'tag', text };
  throw syntaxError('Expected a version, a range or a tag after "@", got something else');
}

function syntaxError(message: string): MarketplaceError {
  return new MarketplaceError(message, {
    code: 'SOURCE_SYNTAX',
    hint: 'Write it like my-plugin, @acme/my-plugin@1.2.3 or my-plugin@^1.2.',
  });
}

import { MarketplaceError, printable } from '@agentmesh/errors';
import { assertPluginName } from '@agentmesh/manifest';
import { parseSource, type Source } from '@agentmesh/resolver';
import { developmentSource, isDevelopmentSource, looksLikePath } from './development-path.js';

/** Scheme under which plugins of the registry are recorded. */
export const REGISTRY_SCHEME = 'registry';

/** What the user asked for: a name of the registry, or a source. */
export type InstallTarget =
  | { readonly kind: 'registry'; readonly name: string; readonly version?: string }
  | { readonly kind: 'source'; readonly source: Source };

/**
 * Reads what `install` was given. `NAME` and `NAME@VERSION`, and both after `registry://` as the lock writes them, mean the
 * registry; any other `scheme://spec` is a source. A path is a folder under development.
 *
 * @param developmentDir what paths are relative to; none is taken without it
 * @throws MarketplaceError `NAME_INVALID`, `SOURCE_SYNTAX`
 */
export function readTarget(text: string, developmentDir?: string): InstallTarget {
  if (developmentDir !== undefined && looksLikePath(text)) {
    return { kind: 'source', source: developmentSource(text, developmentDir) };
  }
  if (!text.includes('://')) return registryTarget(...splitVersion(text));
  const source = parseSource(text);
  if (isDevelopmentSource(source)) throw noPath();
  return source.scheme === REGISTRY_SCHEME ? registryTarget(...splitVersion(source.spec)) : { kind: 'source', source };
}

/** How the lock writes a plugin of the registry. */
export function registrySource(name: string, version?: string): string {
  return `${REGISTRY_SCHEME}://${name}${version === undefined ? '' : `@${version}`}`;
}

function registryTarget(name: string, version?: string): InstallTarget {
  if (/[/\\:]/.test(name)) throw noName(name);
  assertPluginName(name);
  return version === undefined ? { kind: 'registry', name } : { kind: 'registry', name, version };
}

function splitVersion(spec: string): [name: string, version?: string] {
  const at = spec.indexOf('@');
  return at === -1 ? [spec] : [spec.slice(0, at), spec.slice(at + 1)];
}

function noPath(): MarketplaceError {
  return new MarketplaceError('Expected the name of a local plugin after "local://", got a path', {
    code: 'SOURCE_SYNTAX',
    hint: 'A folder that you work on is named by its path alone: ./my-plugin',
  });
}

function noName(text: string): MarketplaceError {
  return new MarketplaceError(`Expected the name of a plugin or a source (scheme://spec), got "${printable(text)}"`, {
    code: 'NAME_INVALID',
    hint: 'A folder is installed from the folder of local plugins, as local://NAME.',
  });
}

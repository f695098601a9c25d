import { isAbsolute, relative, resolve } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { parseSource, type Source } from '@agentmesh/resolver';

const SCHEME = 'local';
const PATH = /^(?:\.{1,2}(?:[\\/]|$)|[\\/]|[A-Za-z]:[\\/])/;
const WRITTEN = /^\.{1,2}(?:\/|$)/;

/** True for what reads as a path on a command line: `./dir`, `../dir`, `/dir`. */
export function looksLikePath(text: string): boolean {
  return PATH.test(text);
}

/**
 * The source of a folder that somebody works on: the scheme `local` with a path instead of a name, relative to the project. No
 * resolver takes it, so that it means something on this machine alone.
 *
 * @param dir the project's folder
 * @throws MarketplaceError `SOURCE_SYNTAX` for a folder that no relative path leads to
 */
export function developmentSource(path: string, dir: string): Source {
  const found = relative(dir, resolve(dir, path)).replaceAll('\\', '/');
  if (isAbsolute(found) || /^[A-Za-z]:/.test(found)) {
    throw new MarketplaceError(`No relative path leads from the project to ${printable(path)}`, {
      code: 'SOURCE_SYNTAX',
      hint: 'Put the folder onto the same drive as the project.',
    });
  }
  const spec = /^\.\.(?:\/|$)/.test(found) ? found : `./${found}`;
  return parseSource(`${SCHEME}://${spec}`);
}

/** True for a source that `developmentSource` made, as the lock and `agentmesh.yaml` have it. */
export function isDevelopmentSource({ scheme, spec }: Source): boolean {
  return scheme === SCHEME && WRITTEN.test(spec);
}

/** True for such a source as text. */
export function isUnpinned(source: string): boolean {
  return source.startsWith(`${SCHEME}://.`) && isDevelopmentSource(parseSource(source));
}

import { checkPath } from '@agentmesh/artifact';
import { checkRef } from './check-ref.js';
import { syntaxError } from './syntax-error.js';

/** The parts that the specs of all git schemes share: `<repository>[//<folder>][#<ref>]`. */
export interface GitParts {
  /** What stands before the folder and the ref; its grammar is the scheme's. */
  readonly repository: string;
  readonly subPath?: string;
  readonly ref?: string;
}

const BLANKS_AROUND = /^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g;
const BLANK_OR_HIDDEN = /[\s\p{C}]/u;
/** The longest host, path, folder and ref together, with room to spare. */
const MAX_SPEC = 4_096;

/**
 * Takes a spec apart. White space around it is dropped, none may stand within.
 *
 * @throws MarketplaceError `SOURCE_SYNTAX`
 */
export function parseGitParts(spec: string): GitParts {
  const text = spec.length > MAX_SPEC ? '' : spec.replace(BLANKS_AROUND, '');
  if (text === '' || BLANK_OR_HIDDEN.test(text) || !text.isWellFormed()) {
    throw syntaxError(`Expected a repository, 1–${MAX_SPEC} characters without white space`);
  }
  const hash = text.indexOf('#');
  const place = hash === -1 ? text : text.slice(0, hash);
  const slashes = place.indexOf('//');
  const repository = slashes === -1 ? place : place.slice(0, slashes);
  return {
    repository,
    ...(slashes === -1 ? {} : { subPath: checkSubPath(place.slice(slashes + 2)) }),
    ...(hash === -1 ? {} : { ref: checkRef(text.slice(hash + 1)) }),
  };
}

function checkSubPath(path: string): string {
  const reason = checkPath(path);
  if (reason !== undefined) throw syntaxError(`Expected a folder of the repository after "//", but ${reason}`);
  return path;
}

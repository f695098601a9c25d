import { ALL_BLOCKED_MODULES, ALLOWED_NODE_MODULES } from './blocked-modules.js';

const BLOCKED: ReadonlySet<string> = new Set(ALL_BLOCKED_MODULES);
const ALLOWED: ReadonlySet<string> = new Set(ALLOWED_NODE_MODULES);

/**
 * True for a module that a plugin may not import, as it stands in the source: a Python name, a Node built-in with or
 * without `node:`, or a part of either (`os.path`, `fs/promises`). Whatever says `node:` and is not on the list of allowed
 * built-ins is blocked. Names count letter by letter; packages and relative paths are not blocked.
 */
export function isBlockedModule(specifier: string): boolean {
  // URL parsers drop these blanks and read the scheme in any case, so a loader may see `node:` where the source hides it.
  const name = specifier.replace(/[\t\n\r]/g, '').trim();
  if (/^node:/i.test(name)) return !ALLOWED.has(name.slice('node:'.length));
  return !ALLOWED.has(name) && (BLOCKED.has(name) || BLOCKED.has(name.split(/[./]/, 1)[0] ?? ''));
}

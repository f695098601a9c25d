import { type Finding, isMarketplaceError } from '@agentmesh/errors';
import { isVersion, nameKey, parseDependency } from '@agentmesh/manifest';
import { parseSource } from '@agentmesh/resolver';
import type { Lock, LockedPlugin } from '../state/locked-plugin.js';
import { parseLock } from '../state/parse-lock.js';
import { projectError } from './project-error.js';

const DIGEST = /^h1:[A-Za-z0-9+/]{43}=$/;
const INTEGRITY = /^sha512-[A-Za-z0-9+/]{86}==$/;
const KEY_ID = /^SHA256:[A-Za-z0-9+/]{43}$/;
/** Without one a text would be taken for a local folder. */
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//;
const MAX_TEXT = 65_536;

/**
 * Reads the `agentmesh.lock` of a project, which may have come with a clone: every field has to be what it is meant to be.
 *
 * @param path named in errors
 * @throws MarketplaceError `LOCK_INVALID`
 */
export function parseProjectLock(text: string, path: string): Lock {
  const lock = parse(text, path);
  const findings = [...lookAlikes(lock), ...[...lock].flatMap(([name, locked]) => check(name, locked))];
  if (findings.length > 0) throw projectError('LOCK_INVALID', path, findings);
  return lock;
}

function parse(text: string, path: string): Lock {
  if (/^(?:<{7}|>{7}) /m.test(text))
    throw projectError('LOCK_INVALID', path, [problem('', 'it holds the marks of a merge')]);
  try {
    return parseLock(text, path);
  } catch (error) {
    if (!isMarketplaceError(error)) throw error;
    throw projectError('LOCK_INVALID', path, [problem('', error.message)]);
  }
}

function lookAlikes(lock: Lock): readonly Finding[] {
  const keys = new Set<string>();
  return [...lock.keys()].flatMap((name) => {
    const known = keys.has(nameKey(name));
    keys.add(nameKey(name));
    return known ? [problem(`plugins.${name}`, 'differs from another name by case, "-" and "_" alone')] : [];
  });
}

function check(name: string, locked: LockedPlugin): readonly Finding[] {
  const faults: (readonly [keyof LockedPlugin, string])[] = [];
  if (!isVersion(locked.version)) faults.push(['version', 'expected a version']);
  if (!DIGEST.test(locked.content_digest)) faults.push(['content_digest', 'expected an h1: digest']);
  if (!isOptional(locked.integrity, INTEGRITY)) faults.push(['integrity', 'expected a sha512- integrity']);
  if (!isOptional(locked.key_id, KEY_ID)) faults.push(['key_id', 'expected a SHA256: key id']);
  if ((locked.revision?.length ?? 0) > MAX_TEXT) faults.push(['revision', 'it is too long']);
  for (const field of ['source', 'resolved'] as const) {
    if (!SCHEME.test(locked[field]) || !isRead(() => parseSource(locked[field])))
      faults.push([field, 'expected scheme://spec']);
  }
  if (!isRead(() => locked.dependencies.map(parseDependency))) faults.push(['dependencies', 'expected dependencies']);
  return faults.map(([field, message]) => problem(`plugins.${name}.${field}`, message));
}

function isOptional(text: string | undefined, form: RegExp): boolean {
  return text === undefined || form.test(text);
}

function isRead(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (isMarketplaceError(error)) return false;
    throw error;
  }
}

function problem(path: string, message: string): Finding {
  return { code: 'lock-invalid', severity: 'error', path, message };
}

import { MarketplaceError, printable } from '@agentmesh/errors';
import type { Lock, LockedPlugin } from '../state/locked-plugin.js';

/** What a bundle meets. */
export interface PickOptions {
  /** What the change starts from: the project's lock, or what is installed. */
  readonly base: Lock;
  readonly installed: Lock;
  /** True when the result has to be the base. */
  readonly frozen: boolean;
}

/**
 * What to install out of a bundle: all of it, or with `frozen` exactly the base, in the base's words.
 *
 * @throws MarketplaceError `LOCK_MISMATCH` when the bundle lacks a plugin of the base that is not installed either, and with `frozen` when it has
 * other files for it, naming both digests
 */
export function pickBundled(bundled: Lock, { base, installed, frozen }: PickOptions): Lock {
  const missing = [...base].filter(([name, locked]) => !isSame(bundled.get(name) ?? installed.get(name), locked));
  for (const [name, locked] of missing) {
    const found = bundled.get(name) ?? installed.get(name);
    // Another version in the bundle is an update, and approved or refused as one.
    if (frozen || !bundled.has(name)) throw mismatch(name, locked, found);
  }
  return frozen ? new Map([...base].filter(([name]) => bundled.has(name))) : bundled;
}

function isSame(found: LockedPlugin | undefined, expected: LockedPlugin): boolean {
  return found?.content_digest === expected.content_digest && found.version === expected.version;
}

function mismatch(name: string, expected: LockedPlugin, found: LockedPlugin | undefined): MarketplaceError {
  const says = `${printable(expected.version)} with ${printable(expected.content_digest)}`;
  const has =
    found === undefined ? 'nothing of it' : `${printable(found.version)} with ${printable(found.content_digest)}`;
  return new MarketplaceError(`The lock has ${name} ${says}, the bundle has ${has}`, {
    code: 'LOCK_MISMATCH',
    hint: 'Make the bundle where this very lock is installed.',
  });
}

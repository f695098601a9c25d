import type { Lock } from '../state/locked-plugin.js';
import type { InstallSession } from './install-session.js';

/** What a change starts from: the project's lock, or else what is installed. */
export function baseOf({ base, current }: Pick<InstallSession, 'base' | 'current'>): Lock {
  return base ?? current.plugins;
}

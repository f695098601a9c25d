import type { IsolationLevel } from './isolation.js';

/** The weakest level at which plugins run where nothing else is said: what the system can be expected to give. */
export function defaultMinimum(platform: string = process.platform): IsolationLevel {
  if (platform === 'linux') return 'os-strict';
  return platform === 'darwin' ? 'os-basic' : 'language';
}

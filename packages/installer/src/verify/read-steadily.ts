import { findLink } from '../state/find-link.js';
import { type Generation, readGeneration } from '../state/generation.js';
import type { Workspace } from '../state/workspace.js';

const ATTEMPTS = 5;

/**
 * Reads the current state without holding up who changes it. Work during which another process made a new generation may have
 * met a half-removed old one, so its answer, or its error, is dropped and the work done again, five times at most.
 */
export async function readSteadily<T>(workspace: Workspace, work: (current: Generation) => Promise<T>): Promise<T> {
  for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
    const before = await findLink(workspace.pluginsDir);
    try {
      const value = await work(await readGeneration(workspace));
      if ((await findLink(workspace.pluginsDir)) === before) return value;
    } catch (error) {
      if ((await findLink(workspace.pluginsDir)) === before) throw error;
    }
  }
  return work(await readGeneration(workspace));
}

import { join } from 'node:path';
import { type Finding, isMarketplaceError } from '@agentmesh/errors';
import type { Composition } from '../compose.js';
import { BUILT_IN_SHAPES } from '../shapes/built-in-shapes.js';
import { readInstalled } from './read-installed.js';
import { readShapeNotes, writeShapeNotes } from './shape-notes.js';

/** What shapes say of a plugin. */
export interface PluginFindings {
  readonly plugin: string;
  readonly shapes: readonly string[];
  readonly findings: readonly Finding[];
}

/** Has every shape look at plugins that were just installed. One that cannot be read is passed over: others say so. */
export async function checkInstalled(
  composition: Composition,
  names: readonly string[],
): Promise<readonly PluginFindings[]> {
  if (names.length === 0) return [];
  const { registry } = await composition.shapes();
  const found: PluginFindings[] = [];
  const { settings } = composition;
  const notes: Record<string, readonly string[]> = {};
  for (const name of names) {
    try {
      const { plugin, digest } = await readInstalled(composition, name, join(settings.pluginsDir, name));
      const { shapes } = await registry.detect(plugin);
      notes[digest] = shapes;
      found.push({ plugin: name, shapes, findings: await registry.check(plugin) });
    } catch (error) {
      if (!isMarketplaceError(error)) throw error;
    }
  }
  await writeShapeNotes(settings, { ...(await readShapeNotes(settings)), ...notes });
  return found;
}

/** True when clients have a place for what a plugin with these shapes has. */
export function concernsClients(shapes: readonly string[]): boolean {
  return shapes.some((shape) => BUILT_IN_SHAPES.find((known) => known.shape === shape)?.activates !== false);
}

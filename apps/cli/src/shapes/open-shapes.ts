import { ShapeRegistry } from '@agentmesh/shape';
import type { Settings } from '../settings.js';
import { findThirdParties } from '../third-parties/find-third-parties.js';
import type { ShapeSurroundings } from './built-in-shape.js';
import { BUILT_IN_SHAPES } from './built-in-shapes.js';

/** All shapes of this run. */
export interface Shapes {
  readonly registry: ShapeRegistry;
  /** Packages that the project names and the user has not accepted; they were not run. */
  readonly waiting: readonly string[];
}

/**
 * Sets up the shapes: those of this program, and those of third parties that were accepted.
 *
 * @throws MarketplaceError `SHAPE_INVALID`, `SHAPE_NOT_FOUND`, `SHAPE_TAKEN`
 */
export async function openShapes(settings: Settings, around: ShapeSurroundings): Promise<Shapes> {
  const registry = new ShapeRegistry();
  for (const adapter of await Promise.all(BUILT_IN_SHAPES.map(({ load }) => load(around)))) registry.register(adapter);
  const found = await findThirdParties(settings, 'shape');
  const accepted = found.filter((one) => one.accepted);
  if (accepted.length > 0) {
    const { loadShape } = await import('@agentmesh/resolver-loader');
    for (const { pack } of accepted) registry.register(await loadShape(pack, {}));
  }
  return { registry, waiting: found.filter((one) => !one.accepted).map(({ pack }) => pack.name) };
}

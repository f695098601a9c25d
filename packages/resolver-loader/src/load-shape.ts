import { createShapeOf, type ShapeAdapter } from '@agentmesh/shape';
import type { Extension } from './extension.js';
import { importExtension } from './import-extension.js';

/**
 * Runs a package's module in this process, and has it make its shape. Whoever calls this has asked for consent to
 * `pack.content` before.
 *
 * @param options what `createShape` of the package is given
 * @throws MarketplaceError `SHAPE_INVALID` for a module that cannot be loaded, or that does not keep to the port
 */
export async function loadShape(pack: Extension, options: object): Promise<ShapeAdapter> {
  return createShapeOf({ name: pack.name, module: await importExtension(pack), options });
}

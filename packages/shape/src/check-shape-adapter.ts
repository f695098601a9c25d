import { MarketplaceError } from '@agentmesh/errors';
import type { ShapeAdapter } from './shape-adapter.js';
import { isShapeId } from './shape-id.js';

const METHODS = ['detect', 'check', 'activate', 'deactivate'] as const;

/**
 * Checks what somebody's `createShape` gave against the port. Third parties write shapes in plain JavaScript too, so the
 * type alone proves nothing. `ShapeRegistry.register` does it by itself.
 *
 * @throws SHAPE_INVALID, naming what is missing
 */
export function checkShapeAdapter(adapter: unknown): asserts adapter is ShapeAdapter {
  const candidate: Partial<Record<string, unknown>> =
    typeof adapter === 'object' && adapter !== null ? { ...methodsOf(adapter) } : {};
  const missing = METHODS.filter((method) => typeof candidate[method] !== 'function').map(
    (name) => `a function ${name}`,
  );
  if (!isShapeId(candidate.shape)) missing.unshift('a name "shape" such as "agentskills"');
  if (missing.length === 0) return;
  throw new MarketplaceError(`Expected a shape adapter, got an object without ${missing.join(', ')}`, {
    code: 'SHAPE_INVALID',
    hint: 'createShape(options) answers { shape, detect, check, activate, deactivate }; a shape is lower-case letters, digits and "-", a letter first, at most 64.',
  });
}

/** A class has its methods on the prototype. */
function methodsOf(adapter: object): Partial<Record<string, unknown>> {
  const all = adapter as Partial<Record<string, unknown>>;
  return Object.fromEntries(['shape', ...METHODS].map((name) => [name, all[name]]));
}

import { isMarketplaceError, MarketplaceError, printable } from '@agentmesh/errors';
import { checkShapeAdapter } from './check-shape-adapter.js';
import type { ShapeAdapter } from './shape-adapter.js';
import { isShapePackageName } from './shape-id.js';

/** What {@link createShapeOf} takes. */
export interface LoadedShapeModule {
  /** Name of the package: `agentmesh-shape-prompts`. */
  readonly name: string;
  /** What importing it gave. */
  readonly module: unknown;
  /** What its `createShape` is given. */
  readonly options?: object;
}

/**
 * Has a third party's module make its shape. The module has run by now: whoever imported it had asked for consent before.
 *
 * @throws SHAPE_INVALID, naming the package, for a name against the convention `agentmesh-shape-*`, for a module without
 * `createShape`, and for one that fails or makes something else
 */
export async function createShapeOf({ name, module, options = {} }: LoadedShapeModule): Promise<ShapeAdapter> {
  if (!isShapePackageName(name)) throw invalid(name, 'is not called agentmesh-shape-NAME');
  const { createShape }: { createShape?: unknown } = Object(module);
  if (typeof createShape !== 'function') throw invalid(name, 'exports no function createShape');
  try {
    const adapter: unknown = await createShape(options);
    checkShapeAdapter(adapter);
    return adapter;
  } catch (cause) {
    throw invalid(name, `makes no shape${isMarketplaceError(cause) ? `: ${cause.message}` : ''}`, cause);
  }
}

function invalid(name: string, problem: string, cause?: unknown): MarketplaceError {
  return new MarketplaceError(`The package ${printable(name, 140)} ${problem}`, {
    code: 'SHAPE_INVALID',
    hint: 'A shape package exports createShape(options), which answers { shape, detect, check, activate, deactivate }.',
    cause,
  });
}

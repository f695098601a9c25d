import { type Finding, MarketplaceError, nearest, printable } from '@agentmesh/errors';
import type { Activation, Deactivation } from './activation.js';
import { checkActivation, checkActivationOf, isFinding } from './check-activation.js';
import { checkShapeAdapter } from './check-shape-adapter.js';
import type { InstallContext } from './install-context.js';
import type { ShapeAdapter } from './shape-adapter.js';
import { shapeFailed } from './shape-failed.js';
import type { StagedPlugin } from './staged-plugin.js';

/** What {@link ShapeRegistry.detect} found. */
export interface DetectedShapes {
  /** In the order of registration. */
  readonly shapes: readonly string[];
  /** Adapters that failed while they looked. */
  readonly findings: readonly Finding[];
}

/** What {@link ShapeRegistry.activate} did. */
export interface ActivatedShapes {
  /** One for each shape that was detected and did not fail. */
  readonly activations: readonly Activation[];
  /** Adapters that failed. What was left out by one that did not fail is in its activation. */
  readonly findings: readonly Finding[];
}

/** The shapes that are known here, one adapter each. An adapter that fails costs its own shape and is told as a finding. */
export class ShapeRegistry {
  readonly #adapters = new Map<string, ShapeAdapter>();

  /**
   * Adds an adapter; calls chain.
   *
   * @throws SHAPE_INVALID for what does not fit the port; SHAPE_TAKEN for a second adapter of a shape without `replace`
   */
  register(adapter: ShapeAdapter, options: { readonly replace?: boolean } = {}): this {
    checkShapeAdapter(adapter);
    const { shape } = adapter;
    if (this.#adapters.has(shape) && options.replace !== true) {
      throw new MarketplaceError(`The shape "${shape}" has an adapter already`, {
        code: 'SHAPE_TAKEN',
        hint: 'Register it with { replace: true } to put it in the place of the first.',
      });
    }
    this.#adapters.set(shape, adapter);
    return this;
  }

  /** All known shapes, sorted by code unit. */
  shapes(): string[] {
    return [...this.#adapters.keys()].sort();
  }

  has(shape: string): boolean {
    return this.#adapters.has(shape);
  }

  /** @throws SHAPE_UNKNOWN, which lists the known ones */
  get(shape: string): ShapeAdapter {
    const adapter = this.#adapters.get(shape);
    if (adapter !== undefined) return adapter;
    const known = this.shapes();
    const meant = nearest(shape, known);
    throw new MarketplaceError(
      `No adapter for the shape "${printable(shape, 80)}"; known: ${known.length === 0 ? 'none' : known.join(', ')}`,
      {
        code: 'SHAPE_UNKNOWN',
        hint: meant === undefined ? 'Register an adapter for it.' : `Did you mean "${meant}"?`,
      },
    );
  }

  /** Which shapes a plugin has; it may have several, or none. */
  async detect(plugin: StagedPlugin): Promise<DetectedShapes> {
    const shapes: string[] = [];
    const findings: Finding[] = [];
    for (const [shape, adapter] of this.#adapters) {
      try {
        if (await adapter.detect(plugin)) shapes.push(shape);
      } catch (error) {
        findings.push(shapeFailed(shape, 'detect', error));
      }
    }
    return { shapes, findings };
  }

  /** What all shapes that the plugin has find wrong with it. */
  async check(plugin: StagedPlugin): Promise<readonly Finding[]> {
    const { shapes, findings } = await this.detect(plugin);
    const all = [...findings];
    for (const shape of shapes) {
      try {
        const found: readonly unknown[] = await this.get(shape).check(plugin);
        if (![...found].every(isFinding)) throw new TypeError('Expected findings');
        all.push(...found.filter(isFinding));
      } catch (error) {
        all.push(shapeFailed(shape, 'check', error));
      }
    }
    return all;
  }

  /**
   * Activates every shape that the plugin has.
   *
   * @param contextOf makes the context that a shape registers with
   */
  async activate(plugin: StagedPlugin, contextOf: (shape: string) => InstallContext): Promise<ActivatedShapes> {
    const { shapes, findings } = await this.detect(plugin);
    const failed = [...findings];
    const activations: Activation[] = [];
    for (const shape of shapes) {
      try {
        const context = contextOf(shape);
        const activation: unknown = await this.get(shape).activate(plugin, context);
        const { client, scope } = context;
        checkActivationOf(activation, { shape, plugin: plugin.name, version: plugin.version, client, scope });
        activations.push(activation);
      } catch (error) {
        failed.push(shapeFailed(shape, 'activate', error));
      }
    }
    return { activations, findings: failed };
  }

  /**
   * Takes an activation back with the adapter that made it.
   *
   * @throws SHAPE_UNKNOWN, ACTIVATION_INVALID; what the adapter throws
   */
  async deactivate(activation: Activation, context: InstallContext): Promise<Deactivation> {
    checkActivation(activation);
    return this.get(activation.shape).deactivate(activation, context);
  }
}

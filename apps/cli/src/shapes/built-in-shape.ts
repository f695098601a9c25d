import type { ShapeAdapter } from '@agentmesh/shape';

/** What the shapes of this program are made from. */
export interface ShapeSurroundings {
  /** How a client starts this program, for servers that run contained. */
  readonly launcher: { readonly command: string; readonly args: readonly string[] };
}

/** A shape that this program brings along. */
export interface BuiltInShape {
  readonly shape: string;
  /** The package that it comes from. */
  readonly package: string;
  /** What of it gets into clients. */
  readonly activates: boolean;
  load(around: ShapeSurroundings): Promise<ShapeAdapter>;
}

import type { ShapeAdapter, StagedPlugin, WrittenKind } from '@agentmesh/shape';
import type { PluginFiles } from './stage-plugin.js';

/** A plugin that the shape under test can read. */
export interface KnownPlugin {
  readonly files: PluginFiles;
  /** What it registers, as `kind name`: `skill notes`. For memory, the name is the file that it comes from. */
  readonly registers: readonly `${WrittenKind} ${string}`[];
  /** What is to differ from a plugin `demo`, 1.0.0, without manifest and permissions. */
  readonly fields?: Partial<Pick<StagedPlugin, 'version' | 'manifest' | 'permissions'>>;
}

/** A plugin with something bad in it. */
export interface FaultyPlugin extends KnownPlugin {
  /** What is wrong, for the name of the check. */
  readonly title: string;
  /** Codes of the errors that `check` finds, every one of them. */
  readonly codes: readonly string[];
}

/** What `checkShape` needs to know of a shape. */
export interface ShapeContract {
  /** Makes the adapter; called for every check. */
  readonly createShape: () => ShapeAdapter | Promise<ShapeAdapter>;
  /** Registers at least two things. */
  readonly good: KnownPlugin;
  /** The next version of it, which registers the same kinds and names with other content. */
  readonly next: PluginFiles;
  /** Each has something bad, and something good that is registered all the same. */
  readonly faulty: readonly FaultyPlugin[];
  /** A plugin without anything of this shape. */
  readonly foreign: PluginFiles;
}

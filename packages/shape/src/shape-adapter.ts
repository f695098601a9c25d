import type { Finding } from '@agentmesh/errors';
import type { Activation, Deactivation } from './activation.js';
import type { InstallContext } from './install-context.js';
import type { StagedPlugin } from './staged-plugin.js';

/**
 * The port of the shape axis: what files of one kind mean, and how they get into a client. Write one as a factory
 * `createShape(options): ShapeAdapter` and prove it with `checkShape` of `@agentmesh/testkit`.
 *
 * A plugin's content is hostile text to every method: none of them throws for it, runs it, or changes the plugin's folder.
 * The narrowest thing fails: one bad file costs what stands in it, and is told as a finding.
 */
export interface ShapeAdapter {
  /** `[a-z][a-z0-9-]*`, at most 64 characters: `agentskills`. */
  readonly shape: string;
  /** True when the plugin has something of this shape, be it good or bad. Looks at names of files, and reads little. */
  detect(plugin: StagedPlugin): Promise<boolean>;
  /** Everything that is wrong, each with a code, the path in the plugin, and the line where there is one. */
  check(plugin: StagedPlugin): Promise<readonly Finding[]>;
  /**
   * Registers with the context whatever is good, and nothing else; the context alone writes. Doing it again changes nothing.
   * What could not be registered is a finding of the answer.
   */
  activate(plugin: StagedPlugin, context: InstallContext): Promise<Activation>;
  /** Takes back what an activation wrote, the last thing first, but for what has been changed since. `takeBack` does it all. */
  deactivate(activation: Activation, context: InstallContext): Promise<Deactivation>;
}

/** A plugin as the routes of workspaces show it. */
export interface PluginInfo {
  readonly name: string;
  /** Empty where nothing says it. */
  readonly version: string;
  readonly description: string;
  readonly author: string;
  readonly tags: readonly string[];
  readonly skills: readonly string[];
  /** What the plugin says that it works with; empty means that it says nothing, and is taken for all. */
  readonly runtimes: readonly string[];
  /** Code of what is wrong with it, in lists of what could be installed. */
  readonly problem?: string | undefined;
}

/** Whether a plugin says that it works with a runtime, or says nothing. `-` and `_` are the same in names of runtimes. */
export function supportsRuntime({ runtimes }: Pick<PluginInfo, 'runtimes'>, runtime: string): boolean {
  return runtimes.length === 0 || runtimes.some((one) => runtimeKey(one) === runtimeKey(runtime));
}

function runtimeKey(runtime: string): string {
  return runtime.replaceAll('-', '_');
}

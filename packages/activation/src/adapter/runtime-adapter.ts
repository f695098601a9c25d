import type { Finding } from '@agentmesh/errors';
import type { Activation, InstallContext, ShapeRegistry, StagedPlugin } from '@agentmesh/shape';

/**
 * Who knows how a plugin gets into a runtime: the platform itself, the plugin, an MCP server that every runtime can speak to, skills that every
 * runtime can read, or nobody.
 */
export type AdapterKind = 'platform' | 'plugin' | 'mcp' | 'skills' | 'raw';

/** An adapter that the platform registered. Its code is the platform's own. */
export interface PlatformAdapter {
  /** Name of the plugin that it is for. */
  readonly plugin: string;
  /** `-` and `_` are equal, and so are upper and lower case. */
  readonly runtime: string;
  activate(plugin: StagedPlugin, context: InstallContext): Promise<Activation>;
}

/** One call of an adapter that a plugin ships, as `PluginSandbox.execute` takes it. */
export interface AdapterCall {
  readonly plugin: string;
  /** Path of the adapter in the plugin. */
  readonly entry: string;
  readonly function: 'adapt';
  /** Plain JSON. */
  readonly input: {
    readonly runtime: string;
    readonly plugin: { readonly name: string; readonly version: string; readonly files: readonly string[] };
  };
}

/** Runs such a call contained: `(call) => sandbox.execute(call)`. Never in the host. */
export type RunAdapter = (call: AdapterCall) => Promise<{
  readonly result?: unknown;
  readonly error?: { readonly type: string; readonly message: string } | undefined;
}>;

/** What {@link resolveAdapter} chooses from. */
export interface ResolveAdapterOptions {
  readonly platform?: readonly PlatformAdapter[];
  /** The shapes `mcp` and `agentskills` are used, where they are registered. */
  readonly shapes: ShapeRegistry;
  /** Left out, adapters of plugins are not run. */
  readonly run?: RunAdapter;
}

/** How a plugin gets into a runtime. */
export interface ResolvedAdapter {
  readonly kind: AdapterKind;
  /** What was passed over on the way, and why. */
  readonly findings: readonly Finding[];
  /** Brings it into one client. An adapter of the plugin runs now, in the sandbox. */
  activate(context: InstallContext): Promise<Activation>;
}

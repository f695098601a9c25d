import type { PluginManifest, Runtime } from '@agentmesh/manifest';
import type { GuestCommand } from '../drivers/driver.js';
import type { IsolationLevel } from '../isolation.js';

/** One source file of a plugin, verified, as text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Of the file's bytes, in hex. */
  readonly sha256: string;
}

/** A plugin's sources and which of them runs. */
export interface PluginSource {
  readonly entry: string;
  readonly files: readonly SourceFile[];
}

/** What an engine can do. */
interface EngineCapabilities {
  readonly runtimes: readonly Runtime[];
  /** Whether {@link Engine.command} has an answer for a level. */
  readonly levels: readonly IsolationLevel[];
  /** Endings of the files it wants to have from a plugin. */
  readonly extensions: readonly string[];
}

/** A plugin made ready for a guest: what goes into CALL beside function and input. JSON data. */
export interface PreparedPlugin {
  readonly entry: string;
  readonly files: readonly { readonly path: string; readonly text: string; readonly format: string }[];
  /** Built-in modules that the plugin may import. */
  readonly builtins: readonly string[];
}

/** Runs plugins of one kind. Knows nothing of boxes. */
export interface Engine {
  readonly id: string;
  readonly capabilities: EngineCapabilities;
  /**
   * Makes a plugin ready, outside the sandbox: it may parse, it runs nothing.
   *
   * @throws PluginSandboxError `TYPESCRIPT_UNSUPPORTED`
   */
  prepare(source: PluginSource, manifest: PluginManifest): PreparedPlugin;
  /** The command of a guest at a level. */
  command(level: IsolationLevel): GuestCommand;
  /** The command of a guest that tries what it must not and answers with the list of what it was denied. */
  probe(level: IsolationLevel): GuestCommand;
}

import type { PluginManifest, Runtime } from '@agentmesh/manifest';
import type { GuestCommand, Place, Program } from '../drivers/driver.js';
import type { IsolationLevel } from '../isolation/isolation.js';

/** The engines there are. */
export type EngineId = 'node' | 'python' | 'quickjs' | 'wasm';

/** One file of a plugin, verified, as it was read. */
export interface SourceFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** The bytes as UTF-8, decoded when asked for. */
  readonly text: string;
  /** Of the bytes, in hex. */
  readonly sha256: string;
}

/** A plugin's sources and which of them runs. */
export interface PluginSource {
  readonly entry: string;
  readonly files: readonly SourceFile[];
}

/**
 * How often a process of an engine may be used. `never`: it serves one call and exits. `plugin`: it serves many calls, each
 * in a fresh virtual machine, all of one plugin, whose PLUGIN frame comes once. `any`: each call, of whatever plugin, is
 * served by a fork of it; a PLUGIN frame comes before every CALL.
 */
export type EngineReuse = 'any' | 'never' | 'plugin';

/** What an engine can do. */
interface EngineCapabilities {
  readonly runtimes: readonly Runtime[];
  /** At which levels it may run: only engines that contain a plugin by themselves have `language`. */
  readonly levels: readonly IsolationLevel[];
  /** Endings, with the dot, of the files it wants to have from a plugin. */
  readonly extensions: readonly string[];
  readonly reuse: EngineReuse;
  /** After so many calls a process is replaced (1 for `never`). */
  readonly maxCalls: number;
  /** What READY has to list in its `checks` (comma-separated text) before the host trusts a guest with a plugin. */
  readonly checks?: readonly string[];
}

/** One file of a {@link PreparedPlugin}: text, or bytes in base64. */
export type PreparedFile =
  | { readonly path: string; readonly text: string; readonly format: string }
  | { readonly path: string; readonly base64: string; readonly format: string };

/** A plugin made ready for a guest: the body of PLUGIN. JSON data. */
export interface PreparedPlugin {
  readonly entry: string;
  readonly files: readonly PreparedFile[];
  /** Built-in modules that the plugin may import. */
  readonly builtins: readonly string[];
}

/** Runs plugins of one kind. Knows nothing of boxes: what it needs to read inside one it hands to `place`. */
export interface Engine extends Program {
  readonly id: EngineId;
  readonly capabilities: EngineCapabilities;
  /**
   * Makes a plugin ready, outside the sandbox: it may parse, it runs nothing.
   *
   * @throws PluginSandboxError `TYPESCRIPT_UNSUPPORTED`
   */
  prepare(source: PluginSource, manifest: PluginManifest): PreparedPlugin | Promise<PreparedPlugin>;
  /** The command of a guest that tries what it must not and answers with the list of what it was denied. */
  probe?(place: Place): GuestCommand;
}

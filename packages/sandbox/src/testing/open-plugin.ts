import { mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { listTree } from '@agentmesh/artifact';
import { assertPluginName, loadManifest, type PluginManifest } from '@agentmesh/manifest';
import type { CallOutcome } from '../call-outcome.js';
import type { Isolation } from '../isolation/isolation.js';
import { PluginSandbox } from '../plugin-sandbox.js';
import type { PluginSandboxOptions } from '../sandbox-options.js';
import type { VerifiedTree } from '../verify-tree.js';

/** The options of a sandbox but for where its plugins are and how they are verified: a folder at work has nothing to be compared with. */
export type PluginUnderTestOptions = Omit<PluginSandboxOptions, 'pluginsDir' | 'verifyTree'>;

/** What one call may differ in. */
export interface TestCallOptions {
  /** Longest the call may take, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Ends the call with `SANDBOX_ABORTED`. */
  readonly signal?: AbortSignal | undefined;
}

/** A plugin's folder under a real sandbox. */
export interface PluginUnderTest extends AsyncDisposable {
  /** As it was when the folder was opened; calls read it anew. */
  readonly manifest: PluginManifest;
  /**
   * Runs a function of the plugin on the files as they are now: `result`, or `error` for what the plugin threw.
   *
   * @throws what `PluginSandbox.execute` throws but for what verification says; `TREE_UNSAFE`, `TREE_TOO_LARGE` and the
   * codes of the manifest pass through
   */
  call(name: string, input?: unknown, options?: TestCallOptions): Promise<CallOutcome>;
  /** What contains the plugin on this machine. See `PluginSandbox.isolation`. */
  isolation(): Promise<Isolation>;
  /** Ends the sandbox and removes what was made for it. `await using` does it by itself. */
  close(): Promise<void>;
}

/**
 * Puts a plugin that somebody works on under the sandbox that it will run in once it is installed: same levels, engines, limits
 * and permissions. Nothing has to be signed, packed or installed, and what packing leaves out (`.git`, what `.agentmeshignore`
 * names) the plugin does not have.
 *
 * @param dir the plugin's folder, with an `agent-plugin.yaml`
 * @throws MarketplaceError the codes of the manifest; PluginSandboxError `SANDBOX_INVALID_CALL` for a limit out of range
 */
export async function openPlugin(dir: string, options: PluginUnderTestOptions = {}): Promise<PluginUnderTest> {
  const root = resolve(dir);
  const manifest = await loadManifest(root);
  assertPluginName(manifest.name);
  const pluginsDir = await mkdtemp(join(tmpdir(), 'agentmesh-testing-'));
  try {
    await symlink(await realpath(root), join(pluginsDir, manifest.name), 'junction');
    const sandbox = new PluginSandbox({ ...options, pluginsDir, verifyTree: () => readTree(root) });
    return underTest(manifest, sandbox, pluginsDir);
  } catch (error) {
    await rm(pluginsDir, { recursive: true, force: true });
    throw error;
  }
}

function underTest(manifest: PluginManifest, sandbox: PluginSandbox, pluginsDir: string): PluginUnderTest {
  const close = async () => {
    await sandbox.close();
    await rm(pluginsDir, { recursive: true, force: true });
  };
  return {
    manifest,
    call: (name, input, how = {}) => sandbox.execute({ ...how, plugin: manifest.name, function: name, input }),
    isolation: () => sandbox.isolation(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The tree as packing would take it, which its author vouches for by working on it. */
async function readTree(root: string): Promise<VerifiedTree> {
  const [manifest, tree] = await Promise.all([loadManifest(root), listTree(root, { view: 'packing' })]);
  return { root: await realpath(root), manifest, files: tree.files };
}

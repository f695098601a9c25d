import type { CallOutcome, CallReport } from './call-outcome.js';
import { type CallRequest, checkRequest } from './check-request.js';
import type { Driver } from './drivers/driver.js';
import { createPlainDriver } from './drivers/plain.js';
import type { Engine } from './engines/engine.js';
import { createNodeEngine } from './engines/node.js';
import { nodeFeatures } from './engines/node-features.js';
import type { GuestLog } from './guest-logs.js';
import { GuestSession } from './guest-session.js';
import { type Isolation, type IsolationLevel, meetsIsolation } from './isolation.js';
import { locatePlugin } from './locate-plugin.js';
import { PluginSandboxError } from './plugin-sandbox-error.js';
import { prepareCall } from './prepare-call.js';
import { probeIsolation } from './probe-isolation.js';
import { readAnswer } from './read-answer.js';
import { resolveLimits, type SandboxLimits } from './sandbox-limits.js';
import { type VerifyTree, verifyByDigest } from './verify-tree.js';

const CPU_GRACE_MS = 1000;

/** What a {@link PluginSandbox} works with. */
export interface PluginSandboxOptions {
  /** The folder of installed plugins: `<pluginsDir>/<name>/`. It and what is in it may be links. */
  readonly pluginsDir: string;
  /** Longest a call may take, in milliseconds (default 30,000, at most 300,000). */
  readonly timeoutMs?: number | undefined;
  /** Changes to `DEFAULT_SANDBOX_LIMITS`. */
  readonly limits?: Partial<SandboxLimits> | undefined;
  /** Weakest level at which a plugin may run (default `process`, which is all there is so far). */
  readonly minimumIsolation?: IsolationLevel | undefined;
  /** Compares an installed plugin with what was installed; an installer has one. Default: the manifest's digest alone. */
  readonly verifyTree?: VerifyTree | undefined;
  /** Told what guests print, as it comes. Plugin-controlled text. */
  readonly onLog?: ((log: GuestLog) => void) | undefined;
  /** The Node binary of guests (default: the running one). */
  readonly nodePath?: string | undefined;
}

interface Setup {
  readonly driver: Driver;
  readonly engine: Engine;
}

/** Runs functions of installed plugins, each call in a process of its own. See SECURITY.md for what that contains. */
export class PluginSandbox {
  readonly #options: PluginSandboxOptions;
  readonly #limits: SandboxLimits;
  readonly #sessions = new Set<GuestSession>();
  #setup: Promise<Setup> | undefined;
  #closed = false;

  /** @throws PluginSandboxError `SANDBOX_INVALID_CALL` for a limit out of range */
  constructor(options: PluginSandboxOptions) {
    this.#options = options;
    const { timeoutMs, limits } = options;
    this.#limits = resolveLimits({ ...limits, ...(timeoutMs === undefined ? {} : { wallMs: timeoutMs }) });
  }

  /**
   * Verifies a plugin, runs one of its functions and gives its answer: `result`, or `error` for what the plugin threw.
   *
   * @throws PluginSandboxError `PLUGIN_NOT_INSTALLED`, `PLUGIN_TOO_LARGE`, `SANDBOX_ABORTED`, `SANDBOX_CRASH`,
   * `SANDBOX_INVALID_CALL`, `SANDBOX_INVALID_OUTPUT`, `SANDBOX_MEMORY`, `SANDBOX_OUTPUT_LIMIT`, `SANDBOX_PROTOCOL`,
   * `SANDBOX_TIMEOUT`, `SANDBOX_UNAVAILABLE`, `TYPESCRIPT_UNSUPPORTED`; MarketplaceError `NO_ENTRY`, `ENTRY_AMBIGUOUS`,
   * and what verification says: `TREE_TAMPERED`, `INTEGRITY_UNKNOWN`, the codes of the manifest
   */
  async execute(request: CallRequest): Promise<CallOutcome> {
    const started = performance.now();
    const { input, timeoutMs } = checkRequest(request, this.#limits);
    const root = await locatePlugin(this.#options.pluginsDir, request.plugin);
    const { driver, engine } = await this.#prepared();
    this.#assertUsable(driver);
    const session = this.#open(driver, engine, { ...request, timeoutMs });
    try {
      // The guest starts while the plugin is verified and read.
      const tree = this.#options.verifyTree?.(request.plugin) ?? verifyByDigest(request.plugin, root);
      const parts = { engine, limits: this.#limits, function: request.function, input };
      const frame = await session.call(
        tree.then((verified) => prepareCall(verified, parts)),
        timeoutMs,
      );
      const logs = session.logs();
      const answer = readAnswer(frame, { function: request.function, limits: this.#limits, logs });
      const report: CallReport = { isolation: driver.level, logs, timeMs: performance.now() - started };
      return { ...answer, ...report };
    } finally {
      await session.close();
      this.#sessions.delete(session);
    }
  }

  /**
   * What contains a guest on this machine, tried live with guests that attempt what they must not; once per process.
   *
   * @throws PluginSandboxError `SANDBOX_UNAVAILABLE` when no guest can be started
   */
  async isolation(): Promise<Isolation> {
    const { driver, engine } = await this.#prepared();
    return probeIsolation(driver, engine);
  }

  /** Ends every call under way, which then fails with `SANDBOX_ABORTED`; no call can follow. */
  async close(): Promise<void> {
    this.#closed = true;
    const sessions = [...this.#sessions];
    for (const session of sessions) session.abort(new Error('The sandbox was closed'));
    await Promise.all(sessions.map((session) => session.close()));
  }

  #prepared(): Promise<Setup> {
    this.#setup ??= this.#prepare();
    return this.#setup;
  }

  async #prepare(): Promise<Setup> {
    const nodePath = this.#options.nodePath ?? process.execPath;
    const knows = await nodeFeatures(nodePath);
    const engine = createNodeEngine({ nodePath, memoryBytes: this.#limits.memoryBytes, knows });
    return { driver: createPlainDriver(), engine };
  }

  #assertUsable(driver: Driver): void {
    if (this.#closed) throw new PluginSandboxError('The sandbox is closed', { code: 'SANDBOX_ABORTED' });
    const minimum = this.#options.minimumIsolation ?? 'process';
    if (meetsIsolation(driver.level, minimum)) return;
    throw new PluginSandboxError(`Isolation ${minimum} is required, and ${driver.level} is what there is`, {
      code: 'SANDBOX_UNAVAILABLE',
      hint: `Accept the lesser level on purpose with minimumIsolation: '${driver.level}', or do not run the plugin.`,
    });
  }

  #open(
    driver: Driver,
    engine: Engine,
    request: { timeoutMs: number; signal?: AbortSignal | undefined },
  ): GuestSession {
    const { descriptors } = this.#limits;
    const box = driver.start(engine.command(driver.level), { cpuMs: request.timeoutMs + CPU_GRACE_MS, descriptors });
    const { onLog } = this.#options;
    const session = new GuestSession(box, { limits: this.#limits, signal: request.signal, onLog });
    this.#sessions.add(session);
    return session;
  }
}

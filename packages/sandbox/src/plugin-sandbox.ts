import { digestFiles } from '@agentmesh/artifact';
import { type BrokerHttp, createBroker } from './broker/create-broker.js';
import { openHttp } from './broker/open-http.js';
import type { CallOutcome } from './call-outcome.js';
import { checkOptions } from './check-options.js';
import { assertNotAborted, type CallRequest, checkRequest } from './check-request.js';
import { chooseEngine } from './choose-engine.js';
import type { Isolation } from './isolation/isolation.js';
import { planProcess } from './long-lived/plan-process.js';
import type { SandboxProcess } from './long-lived/sandbox-process.js';
import { startProcess } from './long-lived/start-process.js';
import type { StartRequest } from './long-lived/start-request.js';
import { type CallPlan, planCall } from './plan-call.js';
import { closedError } from './pool/closed-error.js';
import type { AnswerFetch, GuestAnswer } from './pool/guest-call.js';
import { Guests } from './pool/guests.js';
import { PreparedPlugins } from './prepared-plugins.js';
import { readAnswer } from './read-answer.js';
import { runCall } from './run-call.js';
import { resolveLimits, type SandboxLimits } from './sandbox-limits.js';
import type { PluginSandboxOptions } from './sandbox-options.js';
import { createSetup, type Setup } from './setup.js';
import { VerifiedTrees } from './verified-trees.js';
import { verifyInstalled } from './verify-installed.js';
import type { VerifiedTree } from './verify-tree.js';

const MINUTE_MS = 60_000;
const MAX_CHOICES = 1024;

/** Runs functions of installed plugins, contained. See SECURITY.md for what that contains. */
export class PluginSandbox {
  readonly #options: PluginSandboxOptions;
  readonly #limits: SandboxLimits;
  readonly #guests: Guests;
  readonly #prepared: PreparedPlugins;
  #setup: Promise<Setup> | undefined;
  #http: Promise<BrokerHttp> | undefined;
  readonly #trees = new VerifiedTrees();
  readonly #processes = new Set<SandboxProcess>();
  readonly #choices = new Map<string, Promise<'node' | 'quickjs'>>();
  #isClosed = false;

  /** @throws PluginSandboxError `SANDBOX_INVALID_CALL` for a limit or a pool out of range, or a level below the minimum */
  constructor(options: PluginSandboxOptions) {
    checkOptions(options);
    this.#options = options;
    const { timeoutMs, limits, pool, onLog } = options;
    this.#limits = resolveLimits({ ...limits, ...(timeoutMs === undefined ? {} : { wallMs: timeoutMs }) });
    this.#guests = new Guests({ limits: this.#limits, pool, onLog });
    this.#prepared = new PreparedPlugins(this.#limits.sourceBytes);
  }

  /**
   * Verifies a plugin, runs one of its functions and gives its answer: `result`, or `error` for what the plugin threw.
   *
   * @throws PluginSandboxError `ENGINE_UNSUPPORTED`, `PERMISSION_REFUSED`, `PLUGIN_NOT_INSTALLED`, `PLUGIN_TOO_LARGE`,
   * `SANDBOX_ABORTED`, `SANDBOX_BUSY`, `SANDBOX_CRASH`, `SANDBOX_INVALID_CALL`, `SANDBOX_INVALID_OUTPUT`, `SANDBOX_MEMORY`,
   * `SANDBOX_OUTPUT_LIMIT`, `SANDBOX_PROTOCOL`, `SANDBOX_TIMEOUT`, `SANDBOX_UNAVAILABLE`, `TYPESCRIPT_UNSUPPORTED`;
   * MarketplaceError `NO_ENTRY`, `ENTRY_AMBIGUOUS`, and what verification says: `TREE_TAMPERED`, `INTEGRITY_UNKNOWN`, the
   * codes of the manifest
   */
  async execute(request: CallRequest): Promise<CallOutcome> {
    const started = performance.now();
    const limits = this.#limits;
    const input = checkRequest(request, limits);
    // What the machine gives is found out while the plugin is verified.
    const setup = this.#prepareSetup();
    const tree = await verifyInstalled(request.plugin, this.#options, this.#trees);
    const plan = await this.#plan(await setup, tree, { entry: request.entry });
    assertNotAborted(request.signal);
    const verified = performance.now();
    const timeoutMs = request.timeoutMs ?? plan.permissions.wallMs;
    const call = { plan, input, timeoutMs, function: request.function, signal: request.signal };
    const answerFetch = await this.#brokerFor(plan.permissions.net);
    const { timings, ...answer } = await runCall(
      { ...call, answerFetch },
      { guests: this.#guests, setup: await setup, limits },
    );
    const outcome = readAnswer(answer, { function: request.function, limits });
    return {
      ...outcome,
      isolation: plan.level,
      engine: plan.engine.id,
      logs: answer.logs,
      timeMs: performance.now() - started,
      timings: { verify: verified - started, ...timings },
    };
  }

  /**
   * What contains a guest on this machine, tried live with guests that attempt what they must not; once per process.
   *
   * @throws PluginSandboxError `SANDBOX_UNAVAILABLE` when no guest can be started
   */
  async isolation(): Promise<Isolation> {
    return (await this.#prepareSetup()).isolation();
  }

  /**
   * Which engine runs a JavaScript plugin: what its manifest says, else found out by loading it. Meant for the time of install.
   *
   * @throws PluginSandboxError as `execute` does
   */
  async chooseEngine(tree: VerifiedTree): Promise<'node' | 'quickjs'> {
    return tree.manifest.engine ?? tree.engine ?? this.#choose(await this.#prepareSetup(), tree, undefined);
  }

  /**
   * Verifies a plugin and starts a long-lived process of it: a server that speaks over its standard input and output. It has
   * no files but the plugin's own (read-only), what it was granted to read, and a data folder of limited size. Granted hosts are
   * reached by `fetch` in a server of Node, through this process; there is no other network.
   *
   * @throws PluginSandboxError `PERMISSION_REFUSED`, `PLUGIN_NOT_INSTALLED`, `SANDBOX_ABORTED`, `SANDBOX_INVALID_CALL` for a
   * command, an environment or a folder that it cannot have, `SANDBOX_UNAVAILABLE` where there is no box with a file system of
   * its own; what verification says
   */
  async start(request: StartRequest): Promise<SandboxProcess> {
    assertNotAborted(request.signal);
    const setup = await this.#prepareSetup();
    const tree = await verifyInstalled(request.plugin, this.#options, this.#trees);
    const plan = await planProcess(request, tree, { setup, options: this.#options, limits: this.#limits });
    let started: SandboxProcess;
    try {
      const answerFetch = await this.#brokerFor(plan.net, MINUTE_MS);
      assertNotAborted(request.signal);
      if (this.#isClosed) throw closedError();
      started = startProcess(plan, { answerFetch, signal: request.signal });
    } catch (error) {
      await plan.cleanUp();
      throw error;
    }
    this.#processes.add(started);
    void started.exited.then(() => this.#processes.delete(started));
    return started;
  }

  /** Ends every call under way, which then fails with `SANDBOX_ABORTED`, and every guest; no call can follow. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#processes].map((process) => process.stop()));
    await this.#guests.close(new Error('The sandbox was closed'));
    const http = await this.#http?.catch(() => undefined);
    await http?.client.close();
  }

  #prepareSetup(): Promise<Setup> {
    if (this.#isClosed) throw closedError();
    this.#setup ??= createSetup(this.#options, this.#limits);
    // Whoever needs it awaits it; until then its fault is nobody's.
    this.#setup.catch(() => undefined);
    return this.#setup;
  }

  #plan(
    setup: Setup,
    tree: VerifiedTree,
    { engine, entry }: { readonly engine?: 'quickjs'; readonly entry: string | undefined },
  ): Promise<CallPlan> {
    const choose = (): Promise<'node' | 'quickjs'> => this.#choose(setup, tree, entry);
    const context = { setup, options: this.#options, limits: this.#limits, prepared: this.#prepared, entry };
    return planCall(tree, { ...context, chooseEngine: engine === undefined ? choose : async () => engine });
  }

  /** Once for each plugin: what was chosen must not change from call to call. */
  #choose(setup: Setup, tree: VerifiedTree, entry: string | undefined): Promise<'node' | 'quickjs'> {
    const key = `${tree.digest ?? digestFiles(tree.files)} ${entry ?? ''}`;
    const known = this.#choices.get(key);
    if (known !== undefined) return known;
    const choice = this.#plan(setup, tree, { engine: 'quickjs', entry }).then((plan) => {
      const call = { plan, function: null, input: 'null', timeoutMs: plan.permissions.wallMs };
      const load = (): Promise<GuestAnswer> => runCall(call, { guests: this.#guests, setup, limits: this.#limits });
      return chooseEngine({ plugin: plan.plugin, hasEnv: Object.keys(plan.permissions.env).length > 0, load });
    });
    if (this.#choices.size >= MAX_CHOICES) this.#choices.clear();
    this.#choices.set(key, choice);
    choice.catch(() => this.#choices.delete(key));
    return choice;
  }

  /** Opened before the call, so that a mistake in the options is the host's to know. */
  async #brokerFor(net: readonly string[], periodMs?: number): Promise<AnswerFetch | undefined> {
    if (net.length === 0) return undefined;
    this.#http ??= openHttp({ allowPrivateHosts: this.#options.allowPrivateHosts });
    const options = { net, limits: this.#limits, http: await this.#http };
    return createBroker(periodMs === undefined ? options : { ...options, periodMs });
  }
}

import type { CallPlan } from '../plan-call.js';
import type { SandboxLimits } from '../sandbox-limits.js';
import type { PluginSandboxOptions, PoolOptions } from '../sandbox-options.js';
import type { Setup } from '../setup.js';
import { closedError } from './closed-error.js';
import { FreshGuests } from './fresh-guests.js';
import type { Guest } from './guest.js';
import { GuestPool } from './guest-pool.js';

const QUEUE = 4096;
const IDLE_MS = 60_000;
/** Most processes started for single calls at a time. */
const FRESH = 16;
const CPU_GRACE_MS = 1000;

/** What {@link Guests} keeps and starts guests by. */
export interface GuestsOptions {
  readonly limits: SandboxLimits;
  readonly pool?: PoolOptions | undefined;
  readonly onLog?: PluginSandboxOptions['onLog'];
}

/** A guest for one call. */
export interface AcquiredGuest {
  readonly guest: Guest;
  /** Whether it was started for this call, and has to be closed after it. */
  readonly isOwn: boolean;
}

/** All guests of one sandbox: a pool for each engine that has one, and processes for single calls. */
export class Guests {
  readonly #options: GuestsOptions;
  readonly #pools = new Map<string, GuestPool>();
  readonly #fresh: FreshGuests;
  #isClosed = false;

  constructor(options: GuestsOptions) {
    this.#options = options;
    this.#fresh = new FreshGuests({ size: FRESH, queue: options.pool?.queue ?? QUEUE });
  }

  /**
   * A guest that is ready for a call.
   *
   * @throws PluginSandboxError `SANDBOX_BUSY`, `SANDBOX_ABORTED`, `SANDBOX_UNAVAILABLE`
   */
  async acquire(
    setup: Setup,
    plan: CallPlan,
    call: { timeoutMs: number; signal?: AbortSignal | undefined },
  ): Promise<AcquiredGuest> {
    if (this.#isClosed) throw closedError();
    const pool = this.#needsOwn(plan, call.timeoutMs) ? undefined : this.#poolFor(setup, plan);
    if (pool !== undefined) return { guest: await pool.acquire(plan.plugin.key, call.signal), isOwn: false };
    const { engine, level, permissions, plugin } = plan;
    const { limits, onLog } = this.#options;
    const { descriptors, threads } = limits;
    const box = {
      ...{ descriptors, threads, cpuMs: call.timeoutMs + CPU_GRACE_MS },
      ...{ memoryBytes: permissions.memoryBytes, scratchBytes: permissions.scratchBytes, reads: permissions.reads },
    };
    const start = () => setup.driverFor(level).start(engine, box);
    const guest = await this.#fresh.acquire({ key: plugin.key, signal: call.signal, engine, limits, onLog, start });
    return { guest, isOwn: true };
  }

  /** Ends every guest and every call; returns once no process is left. */
  async close(reason?: unknown): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#fresh, ...this.#pools.values()].map((guests) => guests.close(reason)));
  }

  /** What a process has from its start cannot be granted to a warm one. */
  #needsOwn({ engine, permissions }: CallPlan, timeoutMs: number): boolean {
    const { limits } = this.#options;
    const hasOwnCpuLimit = engine.capabilities.reuse === 'never' && timeoutMs > limits.wallMs;
    const hasOwnPlaces = permissions.scratchBytes !== undefined || permissions.reads.length > 0;
    return hasOwnCpuLimit || hasOwnPlaces || permissions.memoryBytes !== limits.memoryBytes;
  }

  #poolFor(setup: Setup, { engine, level }: CallPlan): GuestPool | undefined {
    const key = `${engine.id} ${level}`;
    const known = this.#pools.get(key);
    if (known !== undefined) return known;
    const { limits, onLog, pool = {} } = this.#options;
    const size = Number(pool[engine.id] ?? 0);
    if (size === 0) return undefined;
    const { descriptors, threads, memoryBytes, wallMs } = limits;
    const cpuMs = engine.capabilities.reuse === 'never' ? wallMs + CPU_GRACE_MS : undefined;
    const created = new GuestPool({
      ...{ engine, limits, onLog, size, queue: pool.queue ?? QUEUE, idleMs: pool.idleMs ?? IDLE_MS },
      start: () => setup.driverFor(level).start(engine, { descriptors, threads, memoryBytes, cpuMs }),
    });
    this.#pools.set(key, created);
    return created;
  }
}

import type { Box, BoxExit } from '../drivers/driver.js';
import type { Ending } from '../ending.js';
import { endingError } from '../ending-error.js';
import type { Engine } from '../engines/engine.js';
import type { GuestLog } from '../guest-logs.js';
import { GuestOutput } from '../guest-output.js';
import type { Frame } from '../protocol/frame.js';
import type { SandboxLimits } from '../sandbox-limits.js';
import { CallUnderWay } from './call-under-way.js';
import type { GuestAnswer, GuestCall } from './guest-call.js';
import { GuestChannel } from './guest-channel.js';

const IDLE_MS = 5000;

/** What a {@link Guest} is bound to. */
export interface GuestOptions {
  readonly engine: Pick<Engine, 'capabilities' | 'id'>;
  readonly limits: SandboxLimits;
  readonly onLog?: ((log: GuestLog) => void) | undefined;
  /** When it was started, on the clock of `performance.now()` (default: now). */
  readonly startedAt?: number;
  /** Whether an answer waits for the end of the process, where that serves one call. */
  readonly waitsForExit: boolean;
  /** Called when it can take a call: once it is ready, then after each call, where it serves several. */
  onFree?(guest: Guest): void;
  /** Called once, when no process is left. */
  onGone?(guest: Guest): void;
}

/** One guest, from its start to its exit. Serves one call at a time. */
export class Guest {
  readonly #box: Box;
  readonly #options: GuestOptions;
  readonly #channel: GuestChannel;
  readonly #isReusable: boolean;
  readonly #ready = Promise.withResolvers<void>();
  readonly #startedAt: number;
  #timer: NodeJS.Timeout;
  #output: GuestOutput;
  #call: CallUnderWay | undefined;
  #ending: Ending | undefined;
  #readyAt: number | undefined;
  /** The key of the plugin that it was sent last. */
  plugin: string | undefined;
  /** How many calls it was handed. */
  calls = 0;
  /** Since when it has served its plugin, and since when it is free, on the clock of `performance.now()`. */
  boundSince = 0;
  freeSince = 0;
  /** Settles once no process is left; never rejects. */
  readonly closed: Promise<void>;

  constructor(box: Box, options: GuestOptions) {
    this.#box = box;
    this.#options = options;
    this.#startedAt = options.startedAt ?? performance.now();
    this.#isReusable = options.engine.capabilities.reuse !== 'never';
    this.#output = new GuestOutput({ ...options.limits, onLog: options.onLog });
    this.#timer = setTimeout(() => this.#end({ kind: 'slow-start' }), options.limits.startMs);
    this.#channel = new GuestChannel(box.channel, { ...options, events: this.#events() });
    box.stdout.on('data', (chunk: Buffer) => this.#print('stdout', chunk));
    box.stderr.on('data', (chunk: Buffer) => this.#print('stderr', chunk));
    this.#ready.promise.catch(() => undefined);
    this.closed = box.closed.then((exit) => this.#settle(exit));
  }

  /** Rejects with a PluginSandboxError when it ends before it is ready. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** From its start until it was ready, in milliseconds. */
  get startMs(): number {
    return (this.#readyAt ?? this.#startedAt) - this.#startedAt;
  }

  /** True once it has proven itself. */
  get wasReady(): boolean {
    return this.#readyAt !== undefined;
  }

  /** True once its end is certain: it takes no call any more. */
  get isEnding(): boolean {
    return this.#ending !== undefined;
  }

  /**
   * Hands over a call and waits for its answer. The guest has to be ready and free.
   *
   * @throws PluginSandboxError for every end without an answer
   */
  call(request: GuestCall): Promise<GuestAnswer> {
    const call = new CallUnderWay(request, {
      onTimeout: () => this.#end({ kind: 'timeout' }),
      onAbort: (reason) => this.abort(reason),
    });
    this.#call = call;
    this.calls += 1;
    this.#box.ref();
    if (this.#isReusable) this.#output = new GuestOutput({ ...this.#options.limits, onLog: this.#options.onLog });
    if (this.#ending === undefined) this.#send(request);
    // It ended before it was handed the call: there is nothing left that would tell.
    else void this.closed.then(() => this.#ending !== undefined && this.#finish(this.#ending));
    if (request.signal?.aborted === true) this.abort(request.signal.reason);
    return call.answer;
  }

  /** Ends it and with it a call under way, which then fails with `SANDBOX_ABORTED`. */
  abort(reason: unknown): void {
    this.#end({ kind: 'aborted', reason });
  }

  /** Ends it and waits until it is gone. */
  async close(reason?: unknown): Promise<void> {
    this.abort(reason);
    await this.closed;
  }

  #send({ plugin, bytes, memoryBytes, answerFetch }: GuestCall): void {
    const knowsPlugin = this.#options.engine.capabilities.reuse === 'plugin' && this.plugin === plugin.key;
    if (this.plugin !== plugin.key) this.boundSince = performance.now();
    this.plugin = plugin.key;
    this.#box.limitMemory(memoryBytes, () => this.#end({ kind: 'memory' }));
    this.#channel.call(knowsPlugin ? [bytes] : [plugin.bytes, bytes], answerFetch !== undefined);
  }

  #events(): ConstructorParameters<typeof GuestChannel>[1]['events'] {
    return {
      onReady: () => {
        this.#readyAt = performance.now();
        this.#ready.resolve();
        this.#becomeFree();
      },
      onLog: ({ stream, text }) => this.#print(stream, Buffer.from(text), true),
      onFetch: (message) => void this.#call?.fetch(message, (answer) => this.#channel.fetched(answer)),
      onAnswer: (frame) => (this.#isReusable ? this.#answer(frame) : this.#end({ kind: 'answer', frame })),
      onIdle: () => this.#becomeFree(),
      onBroken: (error) => this.#end({ kind: 'broken', error }),
    };
  }

  #becomeFree(): void {
    clearTimeout(this.#timer);
    // Not before: what has answered may still run.
    this.#box.rest();
    this.#box.unref();
    this.#options.onFree?.(this);
  }

  /** What a guest that serves several calls prints past the protocol belongs to none of them: it only counts. */
  #print(
    stream: 'stderr' | 'stdout',
    bytes: Buffer,
    isOfCall = !this.#isReusable || this.#readyAt === undefined,
  ): void {
    const fits = isOfCall ? this.#output.add(stream, bytes) : this.#output.count(bytes.length);
    if (!fits) this.#end({ kind: 'output' });
  }

  #answer(frame: Frame): void {
    this.#timer = setTimeout(() => this.#box.kill(), IDLE_MS);
    this.#takeCall()?.resolve({ frame, logs: this.#output.logs() });
  }

  #end(ending: Ending): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    this.#call?.release();
    this.#channel.close();
    // Its end is near and worth waiting for: a call may have its place then.
    this.#box.ref();
    if (ending.kind === 'answer' && !this.#options.waitsForExit) this.#finishSoon(ending);
    else this.#box.kill();
  }

  /** Killing takes its time: whoever waits for the answer goes first. */
  #finishSoon(ending: Ending): void {
    const finish = (): void => {
      this.#finish(ending);
      setImmediate(() => this.#box.kill());
    };
    // What was printed before the answer is in the pipes by now; after two turns of the loop it has been read.
    setImmediate(setImmediate, finish);
  }

  #settle(exit: BoxExit): void {
    clearTimeout(this.#timer);
    this.#ending ??= { kind: 'exit', exit, wasReady: this.wasReady, peakMemory: this.#box.peakMemory() };
    this.#finish(this.#ending);
    this.#options.onGone?.(this);
  }

  #finish(ending: Ending): void {
    const call = this.#takeCall();
    const logs = this.#output.logs();
    if (ending.kind === 'answer') {
      call?.resolve({ frame: ending.frame, logs });
      return;
    }
    const { limits, engine } = this.#options;
    const { timeoutMs = limits.wallMs, memoryBytes = limits.memoryBytes } = call?.request ?? {};
    const error = endingError(ending, { engine: engine.id, limits: { ...limits, memoryBytes }, timeoutMs, logs });
    this.#ready.reject(error);
    call?.reject(error);
  }

  #takeCall(): CallUnderWay | undefined {
    const call = this.#call;
    this.#call = undefined;
    call?.release();
    return call;
  }
}

import { descendantsOf } from './descendants.js';
import { HeldMemory, readHeld } from './held-memory.js';

const INTERVAL_MS = 10;

/** What a {@link MemoryWatch} looks at. */
export interface MemoryWatchOptions {
  readonly pid: number;
  /** True when processes that it makes count too. */
  readonly forks?: boolean | undefined;
  /** Bytes held elsewhere, which count too. */
  readonly elsewhere?: (() => number) | undefined;
}

/**
 * Watches what a process and its descendants hold beyond what the process held at rest. A fork begins with what its parent
 * held: that is no growth.
 */
export class MemoryWatch {
  readonly #forks: boolean;
  readonly #elsewhere: () => number;
  readonly #held: HeldMemory;
  #base: { readonly held: number; readonly elsewhere: number } | undefined;
  #peak: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor({ pid, forks = false, elsewhere = () => 0 }: MemoryWatchOptions) {
    this.#forks = forks;
    this.#elsewhere = elsewhere;
    this.#held = new HeldMemory(pid);
  }

  /** Looks no more until the next limit, and takes what is held now for what is held at rest. */
  rest(): void {
    clearInterval(this.#timer);
    const held = this.#held.read();
    this.#base = held === undefined ? undefined : { held, elsewhere: this.#elsewhere() };
  }

  /**
   * Looks every 10 ms, and calls back once when more than `bytes` are held beyond what was held at rest; without a rest before,
   * beyond what is held now.
   */
  limit(bytes: number, onExceeded: () => void): void {
    if (this.#base === undefined) this.rest();
    if (this.#base === undefined) return;
    clearInterval(this.#timer);
    this.#peak = 0;
    this.#timer = setInterval(() => this.#look(bytes, onExceeded), INTERVAL_MS).unref();
  }

  /** Most bytes seen beyond the rest since the last limit; undefined where there is nothing to see. */
  peak(): number | undefined {
    return this.#peak;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#held.close();
  }

  #look(bytes: number, onExceeded: () => void): void {
    const grown = this.#grown();
    if (grown === undefined) {
      clearInterval(this.#timer);
      return;
    }
    this.#peak = Math.max(this.#peak ?? 0, grown);
    if (this.#peak <= bytes) return;
    clearInterval(this.#timer);
    onExceeded();
  }

  #grown(): number | undefined {
    const held = this.#held.read();
    const base = this.#base;
    if (held === undefined || base === undefined) return undefined;
    let grown = Math.max(0, held - base.held) + Math.max(0, this.#elsewhere() - base.elsewhere);
    for (const child of this.#forks ? descendantsOf(this.#held.pid) : []) {
      grown += Math.max(0, (readHeld(child) ?? 0) - base.held);
    }
    return grown;
  }
}

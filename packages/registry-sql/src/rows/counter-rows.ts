/** How often something happened in the present window. */
export interface Count {
  readonly count: number;
  /** When the window ends and the count begins again. */
  readonly resetAt: Date;
}

/** Counters that several processes share, for rate limits. */
export interface CounterRows {
  /**
   * Counts one more in a fixed window, which begins with its first count. Atomic over all processes.
   *
   * @param windowMs length of the window, in milliseconds
   */
  add(key: string, windowMs: number, now: Date): Promise<Count>;
}

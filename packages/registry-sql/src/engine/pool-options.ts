/** How many connections to keep. */
export interface PoolOptions {
  /** Connections at most; default 10. */
  readonly max?: number;
}

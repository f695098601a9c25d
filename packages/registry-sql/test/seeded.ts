/** Numbers that look random and are the same for the same seed (the generator of Park and Miller). */
export class Seeded {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 7919) % MODULUS || 1;
  }

  /** A whole number from 0 to `end`, without `end`. */
  below(end: number): number {
    this.#state = (this.#state * MULTIPLIER) % MODULUS;
    return Math.floor((this.#state / MODULUS) * end);
  }

  pick<T>(list: readonly T[]): T {
    // The index lies within the list, whose parts may be undefined themselves.
    return list[this.below(list.length)] as T;
  }
}

const MODULUS = 2 ** 31 - 1;
const MULTIPLIER = 48_271;

/** Work whose time is taken. */
export type Work = () => Promise<unknown>;

/** How often {@link race} goes round. */
export interface RaceOptions {
  readonly rounds: number;
  /** Rounds before those, which do not count. */
  readonly warmUp: number;
  /** Called after each work, outside of its time: removes what it made. */
  readonly after?: () => Promise<unknown>;
}

/**
 * Works in turn, round after round, because neither a disk nor a processor gives the same all the time. Prints the median of
 * each in milliseconds and its ratio to that of the last one, the reference.
 */
export async function race(works: Readonly<Record<string, Work>>, options: RaceOptions): Promise<void> {
  const taken = new Map(Object.keys(works).map((name): [string, number[]] => [name, []]));
  for (let round = -options.warmUp; round < options.rounds; round += 1) {
    for (const [name, work] of Object.entries(works)) {
      const started = performance.now();
      await work();
      if (round >= 0) taken.get(name)?.push(performance.now() - started);
      await options.after?.();
    }
  }
  const medians = [...taken].map(([name, times]): [string, number] => [name, median(times)]);
  const reference = medians.at(-1)?.[1] ?? Number.NaN;
  const lines = medians.map(
    ([name, time]) => `${name.padEnd(60)} p50 ${time.toFixed(1).padStart(6)} ms, ${(time / reference).toFixed(2)} ×\n`,
  );
  process.stdout.write(lines.join(''));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

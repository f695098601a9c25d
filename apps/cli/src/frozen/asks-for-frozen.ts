const FLAGS: ReadonlySet<string> = new Set(['--frozen', '--json', '--offline']);

/** True for `plugin install --frozen` with no more than `--json` and `--offline` besides. */
export function asksForFrozen([topic, verb, ...rest]: readonly string[]): boolean {
  return topic === 'plugin' && verb === 'install' && rest.includes('--frozen') && rest.every((word) => FLAGS.has(word));
}

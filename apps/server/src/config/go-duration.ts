const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/gy;

/**
 * Reads a duration as Go writes them (`time.ParseDuration`): `5m`, `90s`, `1h30m`, `1.5h`, with an optional sign.
 *
 * @returns milliseconds; undefined for anything else
 */
export function parseGoDuration(text: string): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1;
  const rest = text.replace(/^[+-]/, '');
  if (rest === '0') return 0;
  let sum = 0;
  let end = 0;
  for (const match of rest.matchAll(PART)) {
    const [whole, amount = '', unit = ''] = match;
    sum += Number(amount) * (UNIT_MS[unit] ?? Number.NaN);
    end = match.index + whole.length;
  }
  return end === rest.length && end > 0 ? sign * sum : undefined;
}

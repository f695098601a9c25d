const USUAL = 100;
const MOST = 1_000;

/** How many rows a page has, from what was asked for. */
export function pageLimit(limit: number = USUAL): number {
  return Math.min(MOST, Math.max(1, Math.trunc(limit)));
}

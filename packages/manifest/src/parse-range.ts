/** How a version is compared; `~=` is a compatible release as in PEP 440. */
type Operator = '==' | '!=' | '>=' | '<=' | '>' | '<' | '~=';

/** One condition of a range. */
export interface Comparator {
  readonly operator: Operator;
  /** One to three groups of digits, as written. */
  readonly version: string;
}

const MAX_LENGTH = 512;
const COMPARATOR = /^(==|!=|>=|<=|~=|>|<) *([0-9]+(?:\.[0-9]+){0,2})$/;

/** The comparators of a range, none when it is empty, or in words what is wrong with it. A comma at the end is let pass, as in PEP 440. */
export function parseRange(range: string): readonly Comparator[] | string {
  if (range.length > MAX_LENGTH) return `expected at most ${MAX_LENGTH} characters`;
  const parts = range.split(',').map((part) => part.trim());
  if (parts.at(-1) === '') parts.pop();
  const comparators: Comparator[] = [];
  for (const part of parts) {
    const comparator = parseComparator(part);
    if (typeof comparator === 'string') return comparator;
    comparators.push(comparator);
  }
  return comparators;
}

function parseComparator(text: string): Comparator | string {
  const [, operator, version] = COMPARATOR.exec(text) ?? [];
  if (operator === undefined || version === undefined) {
    return `expected one of == != >= <= > < ~= and a version of digits and dots, got "${text}"`;
  }
  if (operator === '~=' && !version.includes('.')) return `expected at least two numbers after ~=, got "${text}"`;
  // The pattern lets these seven alone pass.
  return { operator: operator as Operator, version };
}

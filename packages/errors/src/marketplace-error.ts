import { type Finding, formatFindings } from './finding.js';
import { printable } from './printable.js';

const BRAND: symbol = Symbol.for('@agentmesh/errors/MarketplaceError');
const MAX_MESSAGE = 16_384;

/** What a {@link MarketplaceError} carries beside its message. */
export interface MarketplaceErrorOptions {
  /** Upper snake case, stable across releases: `PLUGIN_NOT_FOUND`. */
  readonly code: string;
  /** What the reader can do about it. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
  /** All problems found, when a check found several; they are appended to the message. */
  readonly findings?: readonly Finding[] | undefined;
}

/**
 * The one error shape of agentmesh. The message says what was expected, what came and where; the hint what to do.
 * Control characters but newline in either are escaped, so that plugin text in a message cannot reach a terminal or forge a log line's start.
 */
export class MarketplaceError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly findings: readonly Finding[];

  constructor(message: string, options: MarketplaceErrorOptions) {
    const findings = options.findings ?? [];
    super(safe(findings.length === 0 ? message : `${message}\n${formatFindings(findings)}`), { cause: options.cause });
    this.name = 'MarketplaceError';
    this.code = options.code;
    this.hint = options.hint === undefined ? undefined : safe(options.hint);
    this.findings = findings;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** True for a {@link MarketplaceError} of any installed copy of this package. */
export function isMarketplaceError(value: unknown): value is MarketplaceError {
  return value instanceof Error && BRAND in value;
}

function safe(text: string): string {
  return text
    .slice(0, MAX_MESSAGE)
    .split('\n')
    .map((line) => printable(line, MAX_MESSAGE))
    .join('\n');
}

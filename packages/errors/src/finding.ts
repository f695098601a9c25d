import { printable } from './printable.js';

/** `error` stops what was asked for, `warning` is only told. */
export type FindingSeverity = 'error' | 'warning';

/** One problem of many that a check reports together. */
export interface Finding {
  /** What is wrong, in kebab case: `name-invalid`. */
  readonly code: string;
  readonly severity: FindingSeverity;
  /** Where: a field (`dependencies[1]`) or a file of the plugin (`src/index.js`). */
  readonly path: string;
  /** Line in the file, from 1. */
  readonly line?: number;
  readonly message: string;
}

/** Renders findings one a line, `path:line message (code)`, safe for a terminal. */
export function formatFindings(findings: readonly Finding[]): string {
  return findings.map(formatFinding).join('\n');
}

function formatFinding(finding: Finding): string {
  const line = finding.line === undefined ? '' : `:${finding.line}`;
  return `${printable(finding.path)}${line} ${printable(finding.message, 500)} (${finding.code})`;
}

import type { Finding } from '@agentmesh/errors';

const MOST_FINDINGS = 100;

/** Finds the line of a field in the file it came from. */
export type LineOf = (path: string) => number | undefined;

/** The list that one check fills; it stops growing at 100 findings, so that a hostile file cannot fill memory. */
export interface Problems {
  readonly findings: readonly Finding[];
  /** True once an error was added, also one that found no room. */
  readonly failed: boolean;
  /** Adds an error; its line is looked up. */
  error(code: string, path: string, message: string): void;
  add(finding: Finding): void;
}

/** Starts an empty list; `lineOf` gives findings without a line theirs. */
export function createProblems(lineOf: LineOf = () => undefined): Problems {
  const findings: Finding[] = [];
  let failed = false;
  const add = (finding: Finding): void => {
    if (finding.severity === 'error') failed = true;
    if (findings.length >= MOST_FINDINGS) return;
    const line = finding.line ?? lineOf(finding.path);
    findings.push(line === undefined ? finding : { ...finding, line });
  };
  return {
    findings,
    get failed() {
      return failed;
    },
    error: (code, path, message) => add({ code, severity: 'error', path, message }),
    add,
  };
}

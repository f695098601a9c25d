import type { Finding } from '@agentmesh/errors';

/** Collects what is wrong with one file of a container. */
export interface FileFindings {
  readonly all: Finding[];
  /** Something that refuses the container. */
  error(code: string, message: string, line?: number): void;
  /** Something that is left out. */
  warning(code: string, message: string, line?: number): void;
}

/** Starts a list for the file at `path`. */
export function createFileFindings(path: string): FileFindings {
  const all: Finding[] = [];
  const add = (finding: Omit<Finding, 'path' | 'line'>, line: number | undefined): void => {
    all.push({ ...finding, path, ...(line === undefined ? {} : { line }) });
  };
  return {
    all,
    error: (code, message, line) => add({ code, severity: 'error', message }, line),
    warning: (code, message, line) => add({ code, severity: 'warning', message }, line),
  };
}

import type { Finding, FindingSeverity } from '@agentmesh/errors';

/** Collects what is wrong with one file. */
export interface SkillFindings {
  readonly all: readonly Finding[];
  error(code: string, message: string, line?: number): void;
  warning(code: string, message: string, line?: number): void;
}

/** Starts a list for the file at `path`. */
export function createSkillFindings(path: string): SkillFindings {
  const all: Finding[] = [];
  const add = (severity: FindingSeverity, about: Pick<Finding, 'code' | 'message'>, line: number | undefined): void => {
    all.push({ ...about, severity, path, ...(line === undefined ? {} : { line }) });
  };
  return {
    all,
    error: (code, message, line) => add('error', { code, message }, line),
    warning: (code, message, line) => add('warning', { code, message }, line),
  };
}

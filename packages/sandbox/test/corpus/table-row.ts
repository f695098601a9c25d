import type { EngineName } from './engine-name.js';
import type { EscapeCase } from './escape-case.js';
import type { CaseReport } from './run-case.js';

const SEVERITIES = ['critical', 'high', 'medium', 'hygiene'] as const;

/** One row of the table in SECURITY.md: of each severity how many cases were contained, and which were not. */
export function tableRow(run: {
  readonly level: string;
  readonly engine: EngineName;
  readonly attacks: readonly EscapeCase[];
  readonly reports: ReadonlyMap<string, CaseReport> | undefined;
}): string {
  const isContained = ({ id }: EscapeCase) => {
    const report = run.reports?.get(id);
    return report !== undefined && report.breach === undefined;
  };
  const counts = SEVERITIES.map((severity) => {
    const all = run.attacks.filter((attack) => attack.severity === severity);
    return all.length === 0 ? '–' : `${all.filter(isContained).length} of ${all.length}`;
  });
  const missed = run.attacks.filter((attack) => !isContained(attack)).map(({ id }) => `\`${id}\``);
  return `| \`${run.level}\` | ${run.engine} | ${counts.join(' | ')} | ${missed.join(', ') || 'none'} |`;
}

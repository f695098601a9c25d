import { printable } from '@agentmesh/errors';
import type { RepairedPlugin } from '@agentmesh/installer';

const SHOWN = 10;

/** What was damaged, file by file, and what became of it. */
export function renderRepaired(repaired: readonly RepairedPlugin[]): string {
  if (repaired.length === 0) return 'Every byte is as it was installed';
  return repaired.flatMap(describe).join('\n');
}

function describe({ name, version, differences, from, problem }: RepairedPlugin): readonly string[] {
  const outcome = problem === undefined ? `healed from the ${from}` : `not healed: ${printable(problem.message, 500)}`;
  const files = differences
    .slice(0, SHOWN)
    .map(({ path, kind, detail }) => `  ${printable(path, 500)}: ${printable(detail ?? kind)}`);
  const more = differences.length > SHOWN ? [`  and ${differences.length - SHOWN} more`] : [];
  return [`${name} ${printable(version)} ${outcome}`, ...files, ...more];
}

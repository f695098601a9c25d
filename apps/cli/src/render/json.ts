import { printable } from '@agentmesh/errors';

/** JSON that is safe to show on a terminal, whoever wrote what is in it; it parses to the same value. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent)
    .split('\n')
    .map((line) => printable(line, Number.POSITIVE_INFINITY))
    .join('\n');
}

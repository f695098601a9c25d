import type { Isolation } from '@agentmesh/sandbox';
import type { Diagnosis } from './diagnose.js';

/** How well plugins are contained here, what was seen to hold, and what is missing with its fix. */
export function describeIsolation({ level, mechanisms, missing }: Isolation): Omit<Diagnosis, 'name'> {
  const proven = `level ${level}; proven: ${mechanisms.join(', ')}`;
  if (missing.length === 0) return { state: 'ok', message: proven };
  const lacks = missing.map(({ mechanism, reason }) => `${mechanism} (${reason})`).join(', ');
  const fixes = [...new Set(missing.map(({ fix }) => fix))];
  return { state: 'note', message: `${proven}; missing: ${lacks}`, hint: fixes.join('; ') };
}

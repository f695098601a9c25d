import type { Activation, WrittenItem } from '@agentmesh/shape';
import type { ChangeReport } from '../change/change.js';
import { targetKey } from '../journal/owned-target.js';

/**
 * Brings what an adapter answered in line with what the commit then did: `written` has what stands there, with the digests it has there, and
 * what the commit found about things of this shape is added to the findings.
 *
 * @param report of the commit of the context that the adapter registered with
 */
export function settleActivation(activation: Activation, report: ChangeReport): Activation {
  const standing = new Map<string, WrittenItem>();
  for (const { shape, kind, path, name, digest } of report.owned) {
    if (shape === activation.shape) standing.set(targetKey({ kind, path, name }), { kind, path, name, digest });
  }
  const written = activation.written.flatMap((item) => standing.get(targetKey(item)) ?? []);
  const added = report.findings.filter(({ shape }) => shape === activation.shape);
  return {
    ...activation,
    written,
    findings: [...activation.findings, ...added.map(({ shape: _, ...finding }) => finding)],
  };
}

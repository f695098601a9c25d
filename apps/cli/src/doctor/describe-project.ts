import type { ProjectReport } from '@agentmesh/installer';
import type { Diagnosis } from './diagnose.js';

/** How agentmesh.yaml, agentmesh.lock, what is installed and what was granted stand to each other; the worst first. */
export function describeProject(report: ProjectReport | undefined): Omit<Diagnosis, 'name'> {
  if (report === undefined) return { state: 'ok', message: 'none' };
  const { disagreements, inStep, orphanedGrants, unacceptedGrants } = report;
  if (disagreements.length > 0) {
    return { state: 'problem', message: disagreements.join('; '), hint: 'agentmesh plugin install' };
  }
  if (!inStep) {
    const message = 'agentmesh.lock names other plugins than are installed';
    return { state: 'problem', message, hint: 'agentmesh plugin install' };
  }
  if (unacceptedGrants.length > 0) {
    const message = `you have not accepted what this project grants to ${unacceptedGrants.join(', ')}`;
    return { state: 'note', message, hint: 'agentmesh plugin install' };
  }
  if (orphanedGrants.length > 0) {
    const message = `granted to files that are not installed: ${orphanedGrants.join(', ')}`;
    return { state: 'note', message, hint: 'agentmesh plugin gc --keep 1' };
  }
  return { state: 'ok', message: 'agentmesh.yaml, agentmesh.lock and what is installed agree' };
}

import type { InstallContext } from '../install/install-context.js';
import { formatLock } from '../state/format-lock.js';
import { readSteadily } from '../verify/read-steadily.js';
import { findDisagreements } from './find-disagreements.js';
import { acceptedGrant, orphanedGrants, readGrants } from './grants.js';
import { readProject } from './read-project.js';

/** How the files of a project stand to each other and to what is installed. */
export interface ProjectReport {
  /** Where `agentmesh.lock` is not what `agentmesh.yaml` asks for, each as a sentence. */
  readonly disagreements: readonly string[];
  /** False when the lock is missing while something is installed, or names something else. */
  readonly inStep: boolean;
  /** Grants to files that nobody has installed: `name h1:…`. */
  readonly orphanedGrants: readonly string[];
  /** Grants to installed plugins that came with the project and that the user of this machine did not accept. */
  readonly unacceptedGrants: readonly string[];
}

/** See `PluginInstaller.inspectProject`. */
export async function inspectProject({
  workspace,
  project,
}: Pick<InstallContext, 'workspace' | 'project'>): Promise<ProjectReport | undefined> {
  if (project === undefined) return undefined;
  const { file, lock } = await readProject(project);
  const installed = await readSteadily(workspace, async ({ plugins }) => plugins);
  const table = await readGrants(project);
  const unaccepted: string[] = [];
  for (const [name, { content_digest: digest }] of installed) {
    const isThere = table.get(name)?.has(digest) === true;
    if (isThere && (await acceptedGrant(project, table, { name, digest })) === undefined) unaccepted.push(name);
  }
  return {
    disagreements: findDisagreements(file, lock ?? installed).map(({ message }) => message),
    inStep: lock === undefined ? installed.size === 0 : formatLock(lock) === formatLock(installed),
    orphanedGrants: orphanedGrants(table, lock === undefined ? [installed] : [installed, lock]).map(
      ({ name, digest }) => `${name} ${digest}`,
    ),
    unacceptedGrants: unaccepted.sort(),
  };
}

import type { InstallContext } from '../install/install-context.js';

/**
 * The same context, whose changes the files of the project follow. For changes that start from what is installed: they are refused
 * while `agentmesh.lock` has something that is not.
 */
export async function following(context: InstallContext): Promise<InstallContext> {
  const { project, workspace } = context;
  if (project === undefined) return context;
  const { followProject } = await import('./follow-project.js');
  return { ...context, workspace: { ...workspace, project: followProject(workspace, project, { leads: false }) } };
}

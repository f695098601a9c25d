import { join } from 'node:path';
import { activateWorkspace, stagePlugin } from '@agentmesh/activation';
import { compareTrees, listTree } from '@agentmesh/artifact';
import { CLIENTS } from '@agentmesh/clients';
import { MarketplaceError } from '@agentmesh/errors';
import { ShapeRegistry, type StagedPlugin } from '@agentmesh/shape';
import type { InstallRecord } from '../targets/install-record.js';
import type { KeptFile, WorkspaceTarget } from '../targets/workspace-target.js';
import type { ActivateWorkspace } from './workspace-deps.js';

/** Runtimes whose name is not that of their client. */
const CLIENT_OF: ReadonlyMap<string, string> = new Map([['claude-code', 'claude']]);

/** What {@link createFolderActivation} takes. */
export interface FolderActivationOptions {
  readonly target: Pick<WorkspaceTarget, 'list'>;
  /** A folder for the journal of a workspace, out of reach of who works there. */
  readonly journalOf: (workspace: string) => string;
}

/**
 * Brings the plugins of workspaces that are folders into the client that is their runtime: skills, servers, memory. Undefined for a runtime
 * that is no client; what works there finds its plugins by itself.
 */
export function createFolderActivation({ target, journalOf }: FolderActivationOptions): ActivateWorkspace {
  return async ({ id, folder, runtime }) => {
    const client = clientOf(runtime);
    if (client === undefined) return undefined;
    const records = new Map((await target.list(id)).map((record) => [record.plugin, record]));
    const { activated, removed, failed } = await activateWorkspace({
      folder,
      pluginsDir: join(folder, 'plugins'),
      journalDir: journalOf(id),
      runtime: client,
      shapes: await openShapes(),
      // Links would lead to where the folder is here, and not where it is mounted.
      links: 'never',
      readPlugin: (name, dir) => readPlugin(records.get(name), dir),
    });
    const rows = [...activated, ...removed];
    const findings = rows.flatMap((row) => row.findings);
    return {
      kept: rows.flatMap((row) => row.kept.map(({ path, reason }): KeptFile => ({ path, reason }))),
      findings: [...findings, ...failed.map(({ plugin, finding }) => ({ ...finding, path: plugin }))],
    };
  };
}

function clientOf(runtime: string): string | undefined {
  const name = runtime.replaceAll('_', '-');
  const id = CLIENT_OF.get(name) ?? name;
  return CLIENTS.some((client) => client.id === id) ? id : undefined;
}

/** Who works in the workspace can write to its plugins: only what is as installed is activated. */
async function readPlugin(record: InstallRecord | undefined, dir: string): Promise<StagedPlugin> {
  if (record === undefined) {
    throw new MarketplaceError('It was not installed by this server', { code: 'NOT_INSTALLED' });
  }
  const tree = await listTree(dir);
  if (compareTrees(record.files, tree.files).length === 0) {
    return stagePlugin({ root: dir, manifest: record.manifest, tree });
  }
  throw new MarketplaceError('Its files are not those that were installed', { code: 'TREE_TAMPERED' });
}

/** What clients take; graphs and functions are called where they run. */
async function openShapes(): Promise<ShapeRegistry> {
  const [skills, servers, subagents] = await Promise.all([
    import('@agentmesh/shape-agentskills'),
    import('@agentmesh/shape-mcp'),
    import('@agentmesh/shape-deepagents'),
  ]);
  return new ShapeRegistry()
    .register(skills.createShape())
    .register(servers.createShape())
    .register(subagents.createShape());
}

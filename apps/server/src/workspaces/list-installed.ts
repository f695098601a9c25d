import type { InstallRecord } from '../targets/install-record.js';
import { installRow } from './install-plugin.js';
import type { WorkspaceDeps } from './workspace-deps.js';

/**
 * The plugins of a workspace, by name, as they lie there. What the database lists otherwise, since a server was killed between the two or a
 * container came back empty, is put right on the way.
 */
export async function listInstalled(deps: WorkspaceDeps, workspace: string): Promise<readonly InstallRecord[]> {
  const { target } = deps.workspaces;
  const { installs } = deps.database;
  const [records, rows] = await Promise.all([target.list(workspace), installs.list(workspace)]);
  const listed = new Map(rows.map((row) => [row.plugin, row]));
  for (const record of records) {
    const row = listed.get(record.plugin);
    listed.delete(record.plugin);
    if (row?.contentDigest === record.contentDigest && row.installedAt === record.installedAt) continue;
    await deps.database.workspaces.ensure({ id: workspace, createdAt: record.installedAt });
    await installs.put(installRow(workspace, record));
  }
  for (const plugin of listed.keys()) await installs.remove(workspace, plugin);
  return records;
}

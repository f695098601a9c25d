import type { InstallContext } from '../install/install-context.js';
import { notInstalled } from './not-installed.js';
import { readSteadily } from './read-steadily.js';
import type { InstalledPlugin } from './verification-report.js';

/**
 * Re-hashes one installed plugin or all, in the order of their names.
 *
 * @throws MarketplaceError `NOT_INSTALLED`, `PLUGINS_DIR_FOREIGN`, `STATE_CORRUPT`
 */
export async function listPlugins(
  context: Pick<InstallContext, 'workspace' | 'keyring' | 'now'>,
  only?: string,
): Promise<readonly InstalledPlugin[]> {
  return readSteadily(context.workspace, async (current) => {
    if (only !== undefined && !current.plugins.has(only)) throw notInstalled(only, current.plugins);
    const wanted = [...current.plugins].filter(([name]) => only === undefined || name === only);
    if (wanted.length === 0) return [];
    const { reportPlugin } = await import('./report-plugin.js');
    const reports: InstalledPlugin[] = [];
    for (const [name, locked] of wanted.sort(([a], [b]) => (a < b ? -1 : 1))) {
      reports.push((await reportPlugin(context, { generation: current, name, locked })).report);
    }
    return reports;
  });
}

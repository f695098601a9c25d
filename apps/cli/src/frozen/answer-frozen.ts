import { join, resolve } from 'node:path';
import { PluginInstaller } from '@agentmesh/installer';
import type { ChangeReport } from '../changes/report-of.js';
import type { ClientsReport } from '../clients/client-command.js';

const NOTHING: ChangeReport & ClientsReport = {
  ...{ dry_run: false, changed: false, installed: [], removed: [], refused: [] },
  clients: [],
  shape_findings: [],
};

/**
 * Answers `plugin install --frozen` where everything is installed already, which is what it finds most of the time: without the
 * command's own machinery, which takes longer than that.
 *
 * @returns false, with nothing printed, when there is something to do or to say
 */
export async function answerFrozen(asJson: boolean): Promise<boolean> {
  const home = resolve(process.env.AGENTMESH_HOME ?? '.agentmesh');
  const installer = new PluginInstaller({ pluginsDir: join(home, 'plugins'), projectDir: process.cwd() });
  // What is wrong here is said by the command itself.
  if (!(await installer.isRestored().catch(() => false))) return false;
  const text = asJson ? JSON.stringify(NOTHING, undefined, 2) : 'Everything is installed as agentmesh.lock says';
  process.stdout.write(`${text}\n`);
  return true;
}

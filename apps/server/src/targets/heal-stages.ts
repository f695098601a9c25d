import { isPluginName } from '@agentmesh/manifest';
import { finishPlacing, takeOut } from './change-plugins.js';
import { disposeOld } from './dispose-old.js';
import type { TargetFiles } from './target-files.js';

/**
 * Finishes or takes back what a killed process left under way. Only for whoever holds the workspace's lock: every stage that is there then
 * belongs to nobody.
 *
 * A plugin on its way in is taken back while nothing live was touched, and brought in once something was; one on its way out goes out.
 */
export async function healStages(files: TargetFiles): Promise<void> {
  for (const stage of await files.names(['stage'])) {
    const [kind, plugin, suffix] = stage.split('.');
    if (plugin === undefined || suffix === undefined || !isPluginName(plugin)) await files.remove(['stage', stage]);
    else if (kind === 'out') await finishRemoval(files, stage, plugin);
    else await finishStage(files, stage, plugin);
  }
}

async function finishRemoval(files: TargetFiles, stage: string, plugin: string): Promise<void> {
  const there = new Set(await files.names(['stage', stage]));
  // Before its record is out, the plugin is installed, and its removal never began.
  if (there.has('old.json') && !there.has('old')) await takeOut(files, stage, plugin);
  await disposeOld(files, stage, plugin);
}

async function finishStage(files: TargetFiles, stage: string, plugin: string): Promise<void> {
  const there = new Set(await files.names(['stage', stage]));
  const complete = there.has('record.json');
  const touched = there.has('old') || there.has('old.json') || !there.has('tree');
  if (complete && touched) await finishPlacing(files, stage, plugin);
  await disposeOld(files, stage, plugin);
}

import type { TreeDifference } from '@agentmesh/artifact';
import { MarketplaceError } from '@agentmesh/errors';
import { type InstallRecord, parseRecord } from './install-record.js';
import type { TargetFiles } from './target-files.js';
import type { Displaced, KeptFile } from './workspace-target.js';

/**
 * Removes what of a displaced plugin is as it was installed, and puts the rest where its owner finds it. Done again after a crash, it goes on
 * where it was.
 *
 * @param stage holds the folder as `old` and its record as `old.json`; it is gone afterwards
 */
export async function disposeOld(files: TargetFiles, stage: string, plugin: string): Promise<Displaced> {
  if (!(await files.exists(['stage', stage, 'old']))) {
    await files.remove(['stage', stage]);
    return { kept: [], keptIn: undefined };
  }
  const record = await readOld(files, stage, plugin);
  const listed = record?.files ?? [];
  const differences = await files.inspect(['stage', stage, 'old'], listed);
  const kept = differences === undefined ? [{ path: '.', reason: 'unreadable' } as const] : keptOf(differences);
  if (kept.length === 0) {
    // The folder before its record: without that, whoever heals would have to keep all of it.
    await files.remove(['stage', stage, 'old']);
    await files.remove(['stage', stage]);
    return { kept, keptIn: undefined };
  }
  if (differences !== undefined) {
    const differing = new Set(differences.map(({ path }) => path));
    await files.prune(
      ['stage', stage, 'old'],
      listed.map(({ path }) => path).filter((path) => !differing.has(path)),
    );
  }
  const name = `${plugin}-${stage.slice(stage.lastIndexOf('.') + 1)}`;
  await files.makeFolders(['kept']);
  await files.rename(['stage', stage, 'old'], ['kept', name]);
  await files.remove(['stage', stage]);
  return { kept, keptIn: `plugins.kept/${name}` };
}

async function readOld(files: TargetFiles, stage: string, plugin: string): Promise<InstallRecord | undefined> {
  const text = await files.read(['stage', stage, 'old.json']);
  if (text === undefined) return undefined;
  try {
    return parseRecord(text, plugin);
  } catch (error) {
    // Without a list nothing is known to be ours, and so everything is kept.
    if (error instanceof MarketplaceError) return undefined;
    throw error;
  }
}

/** A mode alone is nobody's work, and a missing file is not there to be kept. */
function keptOf(differences: readonly TreeDifference[]): KeptFile[] {
  const kept = differences.filter(({ kind }) => kind !== 'missing' && kind !== 'mode');
  return kept.map(({ path, kind }) => ({ path, reason: kind === 'added' ? 'added' : 'changed' }));
}

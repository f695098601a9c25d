import { randomBytes } from 'node:crypto';
import { MarketplaceError } from '@agentmesh/errors';
import { disposeOld } from './dispose-old.js';
import { formatRecord, type InstallRecord, parseRecord } from './install-record.js';
import type { TargetFiles } from './target-files.js';
import type { Displaced, Placement } from './workspace-target.js';

/**
 * Puts a staged plugin in its place. Its record comes last, so that a plugin is installed when all of it is there; `healStages` finishes, or
 * takes back, what a crash left between two steps.
 */
export async function placePlugin(
  files: TargetFiles,
  { stage: folder, record }: Placement,
  signal: AbortSignal | undefined,
): Promise<Displaced> {
  const { plugin } = record;
  const stage = `in.${plugin}.${uniqueSuffix()}`;
  await files.makeFolders(['stage', stage], ['records'], ['plugins']);
  try {
    await files.upload(['stage', stage], { folder, record: formatRecord(record), signal });
    signal?.throwIfAborted();
  } catch (error) {
    await files.remove(['stage', stage]);
    throw error;
  }
  await finishPlacing(files, stage, plugin);
  return disposeOld(files, stage, plugin);
}

/** The steps of {@link placePlugin} after the upload; each is left out when it was done before a crash. */
export async function finishPlacing(files: TargetFiles, stage: string, plugin: string): Promise<void> {
  if (await files.exists(['stage', stage, 'tree'])) {
    await takeOut(files, stage, plugin);
    await files.rename(['stage', stage, 'tree'], ['plugins', plugin]);
  }
  if (await files.exists(['stage', stage, 'record.json'])) {
    await files.rename(['stage', stage, 'record.json'], ['records', `${plugin}.json`]);
  }
}

/** Takes a plugin out of its place; without its record it is installed no more. */
export async function removePlugin(files: TargetFiles, plugin: string): Promise<Displaced> {
  const stage = `out.${plugin}.${uniqueSuffix()}`;
  await files.makeFolders(['stage', stage]);
  await takeOut(files, stage, plugin);
  return disposeOld(files, stage, plugin);
}

/** Moves the record, then the folder, of what is in a plugin's place into a stage. */
export async function takeOut(files: TargetFiles, stage: string, plugin: string): Promise<void> {
  const record = `${plugin}.json`;
  if (await files.exists(['records', record])) {
    await files.rename(['records', record], ['stage', stage, 'old.json']);
  }
  if (!(await files.exists(['plugins', plugin]))) return;
  const taken = await files.exists(['stage', stage, 'old']);
  // Somebody made a folder of that name while its place was empty.
  if (taken) await files.makeFolders(['kept']);
  await files.rename(['plugins', plugin], taken ? ['kept', `${plugin}-${uniqueSuffix()}`] : ['stage', stage, 'old']);
}

/** All readable records; one that cannot be read counts as none, and its plugin can be installed again. */
export async function readRecords(files: TargetFiles): Promise<readonly InstallRecord[]> {
  const names = (await files.names(['records'])).filter((name) => name.endsWith('.json'));
  const records = await Promise.all(names.map((name) => readRecord(files, name.slice(0, -'.json'.length))));
  return records.filter((record) => record !== undefined);
}

/** The record of an installed plugin; undefined for one that is not installed, or whose record cannot be read. */
export async function readRecord(files: TargetFiles, plugin: string): Promise<InstallRecord | undefined> {
  const text = await files.read(['records', `${plugin}.json`]);
  if (text === undefined) return undefined;
  try {
    return parseRecord(text, plugin);
  } catch (error) {
    if (error instanceof MarketplaceError) return undefined;
    throw error;
  }
}

function uniqueSuffix(): string {
  return randomBytes(8).toString('hex');
}

import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MarketplaceError } from '@agentmesh/errors';
import { writeFileAtomic } from '@agentmesh/files';
import { putSkillFolder, takeSkillFolder } from '../target/skill-folder.js';
import { putSubagentFile, takeSubagentFile } from '../target/subagent-file.js';
import { findVersion } from '../target/text-file.js';
import type { ChangePlan, OwnStep, Scene, TextStep } from './change.js';
import { findPathFault } from './path-fault.js';

/** One step could not be done; the others can still be, once it is left out. */
export class StepError extends Error {
  /** Of the folder or file, absolute. */
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super('A step failed', { cause });
    this.path = path;
  }
}

/**
 * Does what a plan says. Each step may have been done before, by a process that was killed.
 *
 * @throws StepError for a step that failed by itself; its cause has code `FILE_CHANGED` when a client wrote the file since it was planned,
 * which planning again helps; Error with code `LINKS_REFUSED` where links do not work
 */
export async function performChange(scene: Scene, plan: ChangePlan, token: string): Promise<void> {
  for (const step of plan.steps) await performOne(step.path, () => performStep(step, token));
  for (const step of plan.texts) await performOne(step.path, () => performText(scene, step));
}

async function performOne(path: string, perform: () => Promise<void>): Promise<void> {
  try {
    await perform();
  } catch (error) {
    throw findPathFault(error) === undefined ? error : new StepError(path, error);
  }
}

async function performStep({ action, path, target }: OwnStep, token: string): Promise<void> {
  if (action === 'put') await makeFolder(dirname(path));
  if (target.kind === 'skill') {
    await (action === 'put' ? putSkillFolder(path, target, token) : takeSkillFolder(path, token));
  } else {
    await (action === 'put'
      ? putSubagentFile(path, 'text' in target ? (target.text ?? '') : '')
      : takeSubagentFile(path));
  }
}

async function performText({ scope }: Scene, { path, before, after }: TextStep): Promise<void> {
  const now = findVersion(path);
  if (now?.version !== before?.version) {
    throw new MarketplaceError('The client writes the file at the same time', {
      code: 'FILE_CHANGED',
      hint: 'Close the client and try again.',
    });
  }
  if (after === undefined) return rm(path, { force: true });
  await makeFolder(dirname(path));
  // What the user keeps to himself stays so.
  await writeFileAtomic(path, after, { mode: now?.mode ?? (scope === 'user' ? 0o600 : 0o644) });
}

async function makeFolder(dir: string): Promise<void> {
  if (!existsSync(dir)) await mkdir(dir, { recursive: true });
}
